import type { CheckDefinition, CheckStatus } from '../../store/entries.js';

/** What a check found. */
export interface CheckResult {
  readonly status: CheckStatus;
  readonly output: string;
}

/** What a check may say in bytes. */
const MAX_OUTPUT_BYTES = 4_096;

/** What a check may say in bytes: no more than usual, less where it is registered so. */
export function outputLimit({ outputMaxSize = MAX_OUTPUT_BYTES }: CheckDefinition): number {
  return Math.min(outputMaxSize, MAX_OUTPUT_BYTES);
}

/** What a client says of a check, cut as Consul cuts it. */
export function cutOutput(output: string, limit = MAX_OUTPUT_BYTES): string {
  const bytes = Buffer.from(output);
  // A copy: the text may be a part of a much longer one, which it would keep in memory.
  if (bytes.length <= limit) return bytes.toString();
  return `${bytes.toString('utf8', 0, limit)} ... (captured ${limit} of ${bytes.length} bytes)`;
}
