import type { Instance } from '@app/discovery';
import { pickInstance } from './load-balancer.js';

const instance = (id: string): Instance => ({ id, service: 's', address: '127.0.0.1', port: 1, meta: {} });
const [a, b, c] = [instance('a'), instance('b'), instance('c')] as const;

describe(pickInstance.name, () => {
  it('takes the less loaded of the two that it looks at', () => {
    const load = ({ id }: Instance) => ({ a: 5, b: 1, c: 0 })[id] ?? 0;
    expect(pickInstance([a, b, c], load, [], () => 0)).toBe(b);
    expect(pickInstance([a, b, c], load, [], () => 0.99)).toBe(c);
  });

  it('spreads over all where all are equal', () => {
    const counts = new Map<string, number>();
    for (let turn = 0; turn < 3_000; turn += 1) {
      const id = pickInstance([a, b, c], () => 0)?.id ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    for (const id of ['a', 'b', 'c']) expect(counts.get(id)).toBeGreaterThan(800);
  });

  it('leaves out what was tried', () => {
    expect(pickInstance([a, b], () => 0, ['a'])).toBe(b);
    expect(pickInstance([a, b], () => 0, ['a', 'b'])).toBeUndefined();
    expect(pickInstance([], () => 0)).toBeUndefined();
  });
});
