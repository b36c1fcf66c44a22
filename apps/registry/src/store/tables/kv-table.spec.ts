import { MAX_TOMBSTONE_BYTES } from '../../limits.js';
import { KvTable } from './kv-table.js';

function createTable() {
  const sut = new KvTable();
  const touched = new Set<string>();
  let index = 0;
  const put = (key: string, value = 'dg==', cas?: number) =>
    sut.put({ key, value, flags: '0', ...(cas !== undefined && { cas }) }, ++index, touched);
  const remove = (key: string, cas?: number) => sut.delete(key, cas, ++index, touched);
  return { sut, touched, put, remove };
}

describe(KvTable.name, () => {
  it('keeps the index of creation and moves that of modification', () => {
    const { sut, put } = createTable();
    put('a');
    put('b');
    put('a', 'Mg==');
    expect(sut.get('a')).toMatchObject({ createIndex: 1, modifyIndex: 3, lockIndex: 0, value: 'Mg==' });
  });

  it('does not count a put that changes nothing', () => {
    const { sut, touched, put } = createTable();
    put('a');
    touched.clear();
    expect(put('a')).toBe(true);
    expect([sut.get('a')?.modifyIndex, touched.size]).toEqual([1, 0]);
  });

  it('compare-and-set: 0 creates only, else only the same index', () => {
    const { put } = createTable();
    expect([put('a', 'MQ==', 7), put('a', 'MQ==', 0), put('a', 'Mg==', 0), put('a', 'Mg==', 1), put('a', 'Mw==', 2)]).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('compare-and-delete: only the same index; a missing key counts as deleted', () => {
    const { sut, put, remove } = createTable();
    put('a');
    expect([remove('a', 9), remove('a', 1), remove('a', 1)]).toEqual([false, true, true]);
    expect(sut.get('a')).toBeUndefined();
  });

  it('lists a prefix in the order of keys, also after deletions', () => {
    const { sut, put, remove } = createTable();
    for (const key of ['b/2', 'a', 'b/10', 'c', 'b/1']) put(key);
    remove('b/10');
    expect([...sut.list('b/')].map((entry) => entry.key)).toEqual(['b/1', 'b/2']);
    expect([...sut.list('')].map((entry) => entry.key)).toEqual(['a', 'b/1', 'b/2', 'c']);
  });

  it('the index of a prefix never goes back: a deletion counts, and is remembered', () => {
    const { sut, put, remove } = createTable();
    put('a/1');
    put('a/2');
    put('z');
    const before = sut.indexBelow('a/');
    remove('a/2');
    expect([before, sut.indexBelow('a/')]).toEqual([2, 4]);
    put('a/2');
    expect(sut.indexBelow('a/')).toBe(5);
  });

  it('changes elsewhere do not move the index of a prefix or key', () => {
    const { sut, put } = createTable();
    put('a/1');
    put('b/1');
    expect([sut.indexBelow('a/'), sut.indexOf('a/1')]).toEqual([1, 1]);
  });

  it('the index of a missing key is that of the last change of all, so that it can be waited on', () => {
    const { sut, put } = createTable();
    put('a');
    put('b');
    expect(sut.indexOf('missing')).toBe(2);
  });

  it('forgets old tombstones without letting an index go back', () => {
    const { sut, put, remove } = createTable();
    put('keep/a');
    put('keep/b');
    remove('keep/b');
    const before = sut.indexBelow('keep/');
    for (let number = 0; number < 10_050; number += 1) {
      put(`other/${number}`);
      remove(`other/${number}`);
    }
    expect(sut.indexBelow('keep/')).toBeGreaterThanOrEqual(before);
  });

  it('the index of a prefix that never had anything does not go back when tombstones of others are forgotten', () => {
    const { sut, put, remove } = createTable();
    for (let number = 0; number < 10_050; number += 1) {
      const before = sut.indexBelow('nothing/');
      put(`other/${number}`);
      remove(`other/${number}`);
      if (sut.indexBelow('nothing/') < before) throw new Error(`It went back at ${number}`);
    }
    expect(sut.indexBelow('nothing/')).toBe(20_100);
    put('nothing/any');
    expect(sut.indexBelow('nothing/')).toBe(20_101);
  });

  it('the index of a prefix does not go back when a tree is deleted that has more keys than there are tombstones', () => {
    const { sut, touched, put } = createTable();
    for (let number = 0; number < 25_000; number += 1) put(`k/${number}`);
    sut.deleteTree('k/', 25_000, touched);
    put('k/0/again');
    put('other');
    expect([sut.indexBelow('k/0'), sut.indexBelow('k/1'), sut.indexBelow('k/9999')]).toEqual([25_001, expect.any(Number), 25_000]);
    expect(sut.indexBelow('k/1')).toBeGreaterThanOrEqual(25_000);
    expect(sut.records().filter(({ type }) => type === 'tombstone').length).toBeLessThanOrEqual(10_000);
  });

  it('deletes as many keys as there may be in a time that grows with their number only', () => {
    const timeOf = (keys: number) => {
      const { sut, touched, put } = createTable();
      for (let number = 0; number < keys; number += 1) put(`k/${number}`);
      expect([...sut.list('k/0')]).toHaveLength(1);
      const before = performance.now();
      sut.deleteTree('', 1e6, touched);
      expect(sut.size).toBe(0);
      return performance.now() - before;
    };
    // 16 times as many: what grows with the square would take 256 times as long.
    expect(timeOf(128_000) / Math.max(timeOf(8_000), 5)).toBeLessThan(100);
  });

  it('counts the bytes of keys and values, through overwrites and deletions', () => {
    const { sut, put, remove } = createTable();
    put('ä', Buffer.alloc(10).toString('base64'));
    put('b', Buffer.alloc(5).toString('base64'));
    expect(sut.usage()).toEqual({ bytes: 18, keys: 2 });
    put('ä', Buffer.alloc(3).toString('base64'));
    expect(sut.usage()).toEqual({ bytes: 11, keys: 2 });
    remove('ä');
    remove('b');
    expect(sut.usage()).toEqual({ bytes: 0, keys: 0 });
  });

  it('MAX_TOMBSTONE_BYTES: forgets the oldest tombstones of long keys sooner', () => {
    const { sut, put, remove } = createTable();
    const long = (number: number) => `${'k'.repeat(10_000)}${number}`;
    for (let number = 0; number < 300; number += 1) {
      put(long(number));
      remove(long(number));
    }
    const tombstones = sut.records().flatMap((record) => (record.type === 'tombstone' ? [record.key] : []));
    expect(tombstones.join('').length).toBeLessThanOrEqual(MAX_TOMBSTONE_BYTES);
    expect(tombstones.at(-1)).toBe(long(299));
  });

  it('deletes a tree and names every key', () => {
    const { sut, touched, put } = createTable();
    for (const key of ['a/1', 'a/2', 'b']) put(key);
    touched.clear();
    sut.deleteTree('a/', 9, touched);
    expect([[...touched], sut.size]).toEqual([['kv:a/1', 'kv:a/2'], 1]);
  });
});
