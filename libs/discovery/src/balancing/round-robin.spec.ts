import { seededRandom } from '../../test/support/seeded-random.js';
import type { Candidate } from './balancer.types.js';
import { RoundRobin } from './round-robin.js';

const NOBODY: Candidate[] = [];
const list = (...ids: string[]): Candidate[] => ids.map((id) => ({ id, weight: 1, pending: 0 }));

describe(RoundRobin.name, () => {
  it('takes one after the other', () => {
    const sut = new RoundRobin(() => 0);
    const chosen = Array.from({ length: 7 }, () => sut.choose(list('a', 'b', 'c'))?.id).join('');
    expect(chosen).toBe('bcabcab');
  });

  it('goes on when the list changes, and has nothing to take from an empty one', () => {
    const sut = new RoundRobin(() => 0);
    expect([sut.choose(list('a', 'b'))?.id, sut.choose(NOBODY), sut.choose(list('a', 'b', 'c'))?.id, sut.choose(list('a'))?.id]).toEqual([
      'b',
      undefined,
      'a',
      'a',
    ]);
  });

  it('does not begin with the same instance in every process', () => {
    const random = seededRandom(1);
    const first = new Set(Array.from({ length: 50 }, () => new RoundRobin(random).choose(list('a', 'b', 'c'))?.id));
    expect([...first].sort()).toEqual(['a', 'b', 'c']);
  });
});
