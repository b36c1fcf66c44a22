import { z } from 'zod';
import { divisionCode } from '../../shared/fields.js';
import { pageParameters, searchParameter } from '../../shared/page-query.js';

/** What a station may be: off-site detection, expressway, freight source, on-site. */
const TYPES = ['31', '41', '71', '99'] as const;

/** Query of `GET /stations`. */
export const listStationsQuery = z.strictObject({
  area: divisionCode.optional().meta({ description: 'Only stations in this division' }),
  type: z
    .enum(TYPES, `must be one of ${TYPES.join(', ')}`)
    .transform(Number)
    .optional(),
  search: searchParameter('Part of a code, name or road'),
  ...pageParameters(1_000, 500),
});

export type ListStationsQuery = z.infer<typeof listStationsQuery>;
