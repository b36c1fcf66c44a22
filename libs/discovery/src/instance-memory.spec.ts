import { InstanceMemory } from './instance-memory.js';

const GRACE = 1_000;

interface Entry {
  id: string;
  createIndex?: number;
  isCritical?: boolean;
}

function setup() {
  const sut = new InstanceMemory();
  const take = (index: number, entries: (Entry | string)[], options: { afterFailure?: boolean; now?: number; graceMs?: number } = {}) => {
    sut.take(
      {
        index: BigInt(index),
        isFirstAfterFailure: options.afterFailure === true,
        entries: entries.map((entry) => {
          const { id, createIndex, isCritical } = typeof entry === 'string' ? { id: entry, createIndex: 1, isCritical: false } : entry;
          const instance = { id, service: 's', address: 'h', port: 1, meta: {}, weight: 1 };
          return { instance, takesRequests: isCritical !== true, createIndex };
        }),
      },
      options.now ?? 0,
      options.graceMs ?? GRACE,
    );
    return ids();
  };
  const ids = () =>
    sut.instances
      .map(({ id }) => id)
      .sort()
      .join('');
  return { sut, take, ids };
}

describe(InstanceMemory.name, () => {
  it('takes an answer as it is, empty ones too, while the registry goes on', () => {
    const { take } = setup();
    expect([take(10, ['a', 'b']), take(11, ['b']), take(12, []), take(13, [{ id: 'a', isCritical: true }])]).toEqual(['ab', 'b', '', '']);
  });

  it('keeps for a grace what a registry has lost whose index went backwards', () => {
    const { sut, take, ids } = setup();
    take(10, ['a', 'b']);
    expect([take(3, [], { now: 100 }), sut.heldCount, sut.nextExpiry]).toEqual(['ab', 2, 1_100]);
    expect([sut.expire(1_099), ids()]).toEqual([false, 'ab']);
    expect([sut.expire(1_100), ids(), sut.nextExpiry]).toEqual([true, '', undefined]);
  });

  it('does not send everything to the first that registers again', () => {
    const { take, sut } = setup();
    take(10, ['a', 'b', 'c']);
    expect([take(3, []), take(4, ['a']), take(5, ['a', 'b'])]).toEqual(['abc', 'abc', 'abc']);
    expect(sut.heldCount).toBe(1);
  });

  it('believes the registry at once of everyone whom it names again, and when they then go', () => {
    const { take } = setup();
    take(10, ['a', 'b']);
    take(3, []);
    expect([take(4, [{ id: 'a', isCritical: true }]), take(5, ['b']), take(6, [])]).toEqual(['b', 'b', '']);
  });

  it('keeps nobody who took no requests before', () => {
    const { take } = setup();
    take(10, ['a', { id: 'b', isCritical: true }]);
    expect(take(3, [])).toBe('a');
  });

  it('takes a registry that was away for one that has lost its state, whatever its index is now', () => {
    const { take } = setup();
    take(10, ['a', 'b']);
    expect(take(50, [], { afterFailure: true })).toBe('ab');
    const { take: other } = setup();
    other(10, [{ id: 'a', createIndex: 5 }, 'b']);
    expect(other(50, [{ id: 'a', createIndex: 40 }], { afterFailure: true })).toBe('ab');
  });

  it('believes a registry that was away and still has a registration: who is missing has gone', () => {
    const { take } = setup();
    take(10, [{ id: 'a', createIndex: 5 }, 'b']);
    expect(take(50, [{ id: 'a', createIndex: 5 }], { afterFailure: true })).toBe('a');
  });

  it('gives no second grace for a second loss, nor any at all where there is none', () => {
    const { take, sut, ids } = setup();
    take(10, ['a', 'b']);
    take(3, []);
    take(2, [], { now: 900, afterFailure: true });
    sut.expire(1_000);
    expect(ids()).toBe('');
    expect([take(10, ['a']), take(3, [], { graceMs: 0 })]).toEqual(['a', '']);
  });
});
