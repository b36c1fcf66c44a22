import { seededRandom } from '../../test/support/seeded-random.js';
import type { Candidate } from './balancer.types.js';
import { SmoothWeighted } from './smooth-weighted.js';

const NOBODY: Candidate[] = [];
const weighing = (id: string, weight: number): Candidate => ({ id, weight, pending: 0 });
const choices = (sut: SmoothWeighted, list: Candidate[], count: number) => Array.from({ length: count }, () => sut.choose(list)?.id ?? '');

function countOf(chosen: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of chosen) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

describe(SmoothWeighted.name, () => {
  it('chooses as often as the weights say, evenly spread', () => {
    const list = [weighing('a', 5), weighing('b', 1), weighing('c', 1)];
    expect(choices(new SmoothWeighted(() => 0), list, 7).join('')).toBe('aabacaa');
  });

  it('keeps to the weights in every round, wherever it begins', () => {
    const list = [weighing('a', 7), weighing('b', 2), weighing('c', 1)];
    const sut = new SmoothWeighted(seededRandom(1));
    choices(sut, list, 13);
    for (let round = 0; round < 20; round += 1) expect(countOf(choices(sut, list, 10))).toEqual({ a: 7, b: 2, c: 1 });
  });

  it('does not begin with the heaviest in every process', () => {
    const random = seededRandom(2);
    const list = [weighing('a', 2), weighing('b', 1), weighing('c', 1)];
    const first = new Set(Array.from({ length: 100 }, () => new SmoothWeighted(random).choose(list)?.id));
    expect(first.size).toBeGreaterThan(1);
  });

  it('gives no credit to an instance for the time that it was away', () => {
    const sut = new SmoothWeighted(seededRandom(3));
    const [a, b] = [weighing('a', 1), weighing('b', 1)];
    choices(sut, [a, b], 10);
    choices(sut, [a], 1_000);
    expect(countOf(choices(sut, [a, b], 10))).toEqual({ a: 5, b: 5 });
  });

  it('takes all for equal where all weigh nothing, and nothing from an empty list', () => {
    const sut = new SmoothWeighted(seededRandom(4));
    expect(countOf(choices(sut, [weighing('a', 0), weighing('b', 0)], 10))).toEqual({ a: 5, b: 5 });
    expect(sut.choose(NOBODY)).toBeUndefined();
  });

  it('forgets instances that went', () => {
    const sut = new SmoothWeighted(seededRandom(5));
    for (let id = 0; id < 1_000; id += 1) sut.choose([weighing(String(id), 1), weighing('stays', 1)]);
    expect((sut as unknown as { credits: Map<string, number> }).credits.size).toBeLessThan(10);
  });
});
