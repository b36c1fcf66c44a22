import { z } from 'zod';
import { divisionCode } from '../../shared/fields.js';
import { pageParameters } from '../../shared/page-query.js';

/** Query of `GET /areas`. */
export const listAreasQuery = z.strictObject({
  level: z.enum(['province', 'city', 'county'], 'must be province, city or county').optional(),
  parent: divisionCode.optional().meta({ description: 'Only the divisions directly below this one' }),
  at: z.iso
    .date('must be a day as YYYY-MM-DD')
    .optional()
    .meta({ description: 'Divisions whose code was in force on this day; today unless given' }),
  ...pageParameters(1_000, 1_000),
});

export type ListAreasQuery = z.infer<typeof listAreasQuery>;
