import { z } from 'zod';

const count = z.int().min(0);

/** The answer to an upload: accepted + duplicates + rejectedCount = lines that are not empty. */
export const ingestAnswerDto = z.object({
  accepted: count,
  duplicates: count,
  rejected: z.array(z.object({ line: z.int().min(1), field: z.string(), reason: z.string() })),
  rejectedCount: count,
});
