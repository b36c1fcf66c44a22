import { seededRandom } from '../../test/support/seeded-random.js';
import type { Balancer, Candidate } from './balancer.types.js';
import { LeastPending } from './least-pending.js';
import { RoundRobin } from './round-robin.js';

const NOBODY: Candidate[] = [];
const loaded = (id: string, pending: number, weight = 1) => ({ id, weight, pending });

describe(LeastPending.name, () => {
  it('takes them in turn where nothing is under way', () => {
    const sut = new LeastPending(() => 0);
    const chosen = Array.from({ length: 6 }, () => sut.choose([loaded('a', 0), loaded('b', 0), loaded('c', 0)])?.id).join('');
    expect(chosen).toBe('bcabca');
  });

  it('of two, never takes the one with more under way', () => {
    const sut = new LeastPending(seededRandom(2));
    for (let turn = 0; turn < 100; turn += 1) expect(sut.choose([loaded('a', 3), loaded('b', 2)])?.id).toBe('b');
  });

  it('of many, leaves the busiest to itself and does not run to the idlest', () => {
    const sut = new LeastPending(seededRandom(3));
    const all = [loaded('busy', 9), loaded('a', 2), loaded('b', 2), loaded('c', 2), loaded('new', 0)];
    const counts = new Map<string, number>();
    for (let turn = 0; turn < 1_000; turn += 1) {
      const id = sut.choose(all)?.id ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.get('busy')).toBeUndefined();
    expect(counts.get('new')).toBeGreaterThan(250);
    expect(counts.get('new')).toBeLessThan(500);
  });

  it('compares what is under way with the weight, also where all weigh nothing', () => {
    const sut = new LeastPending(seededRandom(4));
    for (let turn = 0; turn < 20; turn += 1) expect(sut.choose([loaded('big', 5, 10), loaded('small', 1, 1)])?.id).toBe('big');
    expect(sut.choose([loaded('a', 1, 0), loaded('b', 0, 0)])?.id).toBe('b');
  });

  it('has nothing to take from an empty list, and takes the only one', () => {
    const sut = new LeastPending(() => 0.99);
    expect([sut.choose(NOBODY), sut.choose([loaded('a', 7)])?.id]).toEqual([undefined, 'a']);
  });

  it('keeps requests from a slow instance, which round robin does not: the longest waits are a fraction', () => {
    const slow = simulate(new RoundRobin(seededRandom(5)));
    const fair = simulate(new LeastPending(seededRandom(5)));
    expect(fair.p99).toBeLessThan(slow.p99 / 4);
  });
});

/**
 * Four instances that each handle one request at a time in 10 ms, one of them in 50 ms; a request every 5 ms at random. The waits
 * that come of it, in ms.
 */
function simulate(balancer: Balancer): { p99: number } {
  const random = seededRandom(6);
  const instances = ['a', 'b', 'c', 'slow'].map((id) => ({ id, weight: 1, ends: [] as number[], pending: 0 }));
  const waits: number[] = [];
  let now = 0;
  for (let count = 0; count < 20_000; count += 1) {
    now -= Math.log(1 - random()) * 5;
    for (const instance of instances) {
      instance.ends = instance.ends.filter((end) => end > now);
      instance.pending = instance.ends.length;
    }
    const chosen = balancer.choose(instances);
    if (chosen === undefined) throw new Error('nothing chosen');
    const end = Math.max(now, chosen.ends.at(-1) ?? 0) + (chosen.id === 'slow' ? 50 : 10);
    chosen.ends.push(end);
    waits.push(end - now);
  }
  waits.sort((one, other) => one - other);
  return { p99: waits[Math.floor(waits.length * 0.99)] ?? 0 };
}
