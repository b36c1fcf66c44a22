import { z } from 'zod';

const MAX_OFFSET = 1_000_000;

/**
 * The parameters of a list: `limit` items after the first `offset`.
 *
 * @param most the largest `limit`
 * @param usual the `limit` when none is given
 */
export function pageParameters(most: number, usual: number) {
  return {
    limit: wholeNumber(1, most)
      .default(usual)
      .meta({ description: `Most items in the answer: 1-${most}` }),
    offset: wholeNumber(0, MAX_OFFSET).default(0).meta({ description: 'Items left out before the first' }),
  };
}

/** A text that is looked for, as a parameter of a list. */
export function searchParameter(description: string) {
  return z.string().trim().min(1, 'must not be empty').max(64, 'must have at most 64 characters').optional().meta({ description });
}

/** Digits only: `Number` would also take `0x10`, `1e2` and the empty text. */
function wholeNumber(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z
    .string(rule)
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .refine((value) => value >= least && value <= most, rule);
}

/** The shape of every list: one page of it, and how many there are in all. */
export function listOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), total: z.int() });
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  total: number;
}
