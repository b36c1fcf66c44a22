import type { OverloadReport } from '@app/contracts';
import { z } from 'zod';

const count = z.int().min(0);

const figures = {
  passes: count,
  trucks: count,
  overloads: count,
  unjudged: count.meta({ description: 'Trucks for which no limit is in force.' }),
  overloadRate: z.number().min(0).max(100).meta({ description: 'overloads / trucks in percent, two decimals, rounded half up.' }),
  grossWeight: count.meta({ description: 'kg, over all passes.' }),
  overWeight: count.meta({ description: 'kg, over the overloaded.' }),
};

/** The answer of `GET /counters`, for the API description. */
export const overloadReportDto: z.ZodType<OverloadReport> = z.object({
  totals: z.object(figures),
  series: z.array(z.object({ key: z.string(), ...figures })).meta({ description: 'Ascending by key, empty buckets left out.' }),
});
