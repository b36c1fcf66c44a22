import { seededRandom } from '../../test/support/seeded-random.js';
import type { Instance } from '../instance.js';
import { BALANCING_STRATEGIES } from './balancer.types.js';
import { Roster } from './roster.js';

const instance = (id: string, { zone, weight = 1 }: { zone?: string; weight?: number } = {}): Instance => ({
  id,
  service: 'system',
  address: '10.0.0.1',
  port: 80,
  meta: zone === undefined ? {} : { zone },
  weight,
});

function rosterOf(instances: Instance[], settings: Partial<ConstructorParameters<typeof Roster>[0]> = {}): Roster {
  const roster = new Roster({ strategy: 'least-pending', zone: undefined, ...settings }, seededRandom(1));
  roster.update(instances);
  return roster;
}

/** Picks and releases: how often each was picked. */
function pickedBy(roster: Roster, turns: number, exclude?: (candidate: Instance) => boolean): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let turn = 0; turn < turns; turn += 1) {
    const lease = roster.pick(exclude);
    const id = lease?.instance.id ?? 'none';
    counts[id] = (counts[id] ?? 0) + 1;
    lease?.release();
  }
  return counts;
}

describe(Roster.name, () => {
  it('counts a request as under way until its lease is released, once', () => {
    const roster = rosterOf([instance('a')]);
    const [one, other] = [roster.pick(), roster.pick()];
    expect([roster.pending('a'), roster.isBusy]).toEqual([2, true]);
    one?.release();
    one?.release();
    expect([roster.pending('a'), roster.isBusy]).toEqual([1, true]);
    other?.release();
    expect([roster.pending('a'), roster.isBusy]).toEqual([0, false]);
  });

  it('spreads requests that do not end over all', () => {
    const roster = rosterOf(['a', 'b', 'c', 'd'].map((id) => instance(id)));
    for (let turn = 0; turn < 40; turn += 1) roster.pick();
    expect(['a', 'b', 'c', 'd'].map((id) => roster.pending(id))).toEqual([10, 10, 10, 10]);
  });

  it('remembers what is under way at an instance that goes and comes back', () => {
    const roster = rosterOf([instance('a'), instance('b')]);
    const lease = roster.pick(({ id }) => id === 'b');
    roster.update([instance('b')]);
    roster.update([instance('a'), instance('b')]);
    expect(roster.pending('a')).toBe(1);
    roster.update([instance('b')]);
    lease?.release();
    roster.update([instance('b')]);
    expect(roster.pending('a')).toBe(0);
  });

  it('gives an instance as it was registered last', () => {
    const roster = rosterOf([instance('a', { zone: 'old' })]);
    roster.update([instance('a', { zone: 'new' })]);
    expect(roster.pick()?.instance.meta).toEqual({ zone: 'new' });
  });

  it.each(BALANCING_STRATEGIES)('%s: leaves out what is excluded, in every strategy', (strategy) => {
    const roster = rosterOf([instance('a'), instance('b')], { strategy });
    expect(pickedBy(roster, 10, ({ id }) => id === 'a')).toEqual({ b: 10 });
    expect(pickedBy(roster, 1, () => true)).toEqual({ none: 1 });
    expect(pickedBy(rosterOf([], { strategy }), 1)).toEqual({ none: 1 });
  });

  it.each(BALANCING_STRATEGIES)('%s: stays in the own zone, and goes to the others when it has nobody', (strategy) => {
    const near = [instance('near-1', { zone: 'a' }), instance('near-2', { zone: 'a' })];
    const far = [instance('far', { zone: 'b' }), instance('nowhere')];
    const roster = rosterOf([...near, ...far], { strategy, zone: 'a' });
    expect(pickedBy(roster, 20)).toEqual({ 'near-1': 10, 'near-2': 10 });
    expect(pickedBy(roster, 20, ({ meta }) => meta.zone === 'a')).toEqual({ far: 10, nowhere: 10 });
    roster.update(far);
    expect(pickedBy(roster, 20)).toEqual({ far: 10, nowhere: 10 });
    roster.update([...near, ...far]);
    expect(pickedBy(roster, 20)).toEqual({ 'near-1': 10, 'near-2': 10 });
  });

  it('weighs within the zone', () => {
    const instances = [instance('a', { zone: 'a', weight: 3 }), instance('b', { zone: 'a' }), instance('c', { zone: 'b', weight: 100 })];
    expect(pickedBy(rosterOf(instances, { strategy: 'weighted', zone: 'a' }), 40)).toEqual({ a: 30, b: 10 });
  });

  it.each(BALANCING_STRATEGIES)('%s: sends nothing to an instance of weight zero while there is another', (strategy) => {
    const roster = rosterOf([instance('a', { weight: 0 }), instance('b')], { strategy });
    expect(pickedBy(roster, 10)).toEqual({ b: 10 });
    expect(pickedBy(roster, 10, ({ id }) => id === 'b')).toEqual({ a: 10 });
  });

  it('takes other settings at once and still counts what is under way', () => {
    const roster = rosterOf([instance('a', { zone: 'a', weight: 3 }), instance('b', { zone: 'b' })], { strategy: 'round-robin' });
    const lease = roster.pick(({ id }) => id === 'b');
    expect(pickedBy(roster, 4)).toEqual({ a: 2, b: 2 });
    roster.configure({ strategy: 'weighted', zone: undefined });
    expect(pickedBy(roster, 4)).toEqual({ a: 3, b: 1 });
    roster.configure({ strategy: 'weighted', zone: 'b' });
    expect(pickedBy(roster, 4)).toEqual({ b: 4 });
    lease?.release();
    expect(roster.pending('a')).toBe(0);
  });
});
