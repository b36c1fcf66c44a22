import type { OverloadReport } from '@app/contracts';
import { z } from 'zod';

const figures = {
  passes: z.int().min(0),
  trucks: z.int().min(0),
  overloads: z.int().min(0),
  unjudged: z.int().min(0).meta({ description: 'Trucks for which no limit is in force.' }),
  overloadRate: z
    .number()
    .min(0)
    .max(100)
    .meta({ description: 'overloads / trucks in percent, two decimals, rounded half up; 0 without trucks.' }),
  grossWeight: z.int().min(0).meta({ description: 'kg, over all passes.' }),
  overWeight: z.int().min(0).meta({ description: 'kg, over the overloaded.' }),
};

/** The answer of `GET /reports/overload`, for the API description. */
export const overloadReportDto: z.ZodType<OverloadReport> = z.object({
  totals: z.object(figures),
  series: z
    .array(z.object({ key: z.string().meta({ description: 'Hour start with +08:00, YYYY-MM-DD, or the code.' }), ...figures }))
    .meta({ description: 'Ascending by key, empty buckets left out.' }),
});
