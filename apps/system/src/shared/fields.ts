import { z } from 'zod';

/** A division code of a query or body. */
export const divisionCode = z.string().regex(/^(\d{2}|\d{4}|\d{6})$/, 'must be a division code of 2, 4 or 6 digits');

/** A name in the languages of the platform's users. */
export const namesSchema = z.object({ 'zh-CN': z.string(), en: z.string() });
