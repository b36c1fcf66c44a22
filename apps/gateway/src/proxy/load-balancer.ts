import type { Instance } from '@app/discovery';

/**
 * Picks the instance with fewer requests under way of two taken at random: near the best choice without looking at all, and
 * no herd onto one that just became free.
 *
 * @param load requests under way at an instance
 * @param tried ids that are out of the question
 * @returns undefined when none is left
 */
export function pickInstance(
  instances: readonly Instance[],
  load: (instance: Instance) => number,
  tried: readonly string[] = [],
  random: () => number = Math.random,
): Instance | undefined {
  const left = tried.length === 0 ? instances : instances.filter(({ id }) => !tried.includes(id));
  if (left.length < 2) return left[0];
  const first = Math.floor(random() * left.length);
  const second = (first + 1 + Math.floor(random() * (left.length - 1))) % left.length;
  const [one, other] = [left[first], left[second]];
  return one !== undefined && other !== undefined && load(other) < load(one) ? other : one;
}
