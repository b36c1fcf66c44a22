import { z } from 'zod';
import type { LineFault } from './pass-record.js';

/** A refused line of a batch: `line` counts from 1 over all lines, empty ones included. */
export interface RejectedLine extends LineFault {
  line: number;
}

/** Longest list of {@link RejectedLine} in an answer; `rejectedCount` is never capped. */
export const MAX_REJECTED_LISTED = 100;

/** The answer to a batch of NDJSON lines: accepted + duplicates + rejectedCount = lines that are not empty. */
export interface IngestAnswer {
  accepted: number;
  duplicates: number;
  rejected: RejectedLine[];
  rejectedCount: number;
}

const count = z.int().min(0);

/** An {@link IngestAnswer}, for API descriptions. */
export const ingestAnswerSchema: z.ZodType<IngestAnswer> = z.object({
  accepted: count,
  duplicates: count,
  rejected: z.array(z.object({ line: z.int().min(1), field: z.string(), reason: z.string() })),
  rejectedCount: count,
});
