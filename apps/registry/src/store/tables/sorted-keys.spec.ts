import { STORE_LIMITS } from '../../limits.js';
import { SortedKeys } from './sorted-keys.js';

const all = (sut: SortedKeys, prefix = '') => [...sut.startingWith(prefix)];

describe(SortedKeys.name, () => {
  it('takes as many keys as there may be before they are read for the first time', () => {
    const sut = new SortedKeys();
    for (let number = 0; number < STORE_LIMITS.kvKeys; number += 1) sut.add(`k/${(number * 7_919) % STORE_LIMITS.kvKeys}`);
    const keys = all(sut);
    expect(keys).toHaveLength(STORE_LIMITS.kvKeys);
    expect(keys.slice(0, 3)).toEqual(['k/0', 'k/1', 'k/10']);
    expect(all(sut, 'k/14999')).toHaveLength(11);
  });

  it('begins with keys that are given in any order', () => {
    const sut = new SortedKeys(['b', 'c', 'a']);
    sut.delete('c');
    expect(all(sut)).toEqual(['a', 'b']);
  });

  it.each([1, 40])('is a sorted set, whatever is added and deleted between %j reads', (changes) => {
    const sut = new SortedKeys();
    const model = new Set<string>();
    for (let number = 0; number < 600; number += 1) {
      const key = `${(number * 37) % 101}`;
      if (model.delete(key)) sut.delete(key);
      else {
        model.add(key);
        sut.add(key);
      }
      expect(sut.size).toBe(model.size);
      if (number % changes === 0) expect(all(sut)).toEqual([...model].sort());
    }
    expect(all(sut, '7')).toEqual([...model].filter((key) => key.startsWith('7')).sort());
  });

  it.each([
    ['', 5],
    ['b', 3],
    ['b/', 2],
    ['b/2', 1],
    ['bb', 0],
    ['d', 0],
  ])('counts those that start with %j', (prefix, count) => {
    const sut = new SortedKeys(['c', 'b/2', 'a', 'b', 'x']);
    sut.add('b/1');
    sut.delete('x');
    expect(sut.countStartingWith(prefix)).toBe(count);
  });

  it('gives away a part of it', () => {
    const sut = new SortedKeys();
    for (const key of ['b/2', 'a', 'b/1', 'c']) sut.add(key);
    expect([sut.takeStartingWith('b/'), sut.takeStartingWith('b/'), all(sut), sut.size]).toEqual([['b/1', 'b/2'], [], ['a', 'c'], 2]);
  });

  it('keeps a key that is deleted and added again, and not one that is added and deleted', () => {
    const sut = new SortedKeys();
    sut.add('a');
    all(sut);
    sut.delete('a');
    sut.add('a');
    sut.add('b');
    sut.delete('b');
    expect([all(sut), sut.size]).toEqual([['a'], 1]);
  });
});
