import { keyOf } from './kv-key.js';

describe(keyOf.name, () => {
  it.each([
    ['', ''],
    ['a', 'a'],
    ['a/b', 'a/b'],
    ['a/', 'a/'],
    ['a//', 'a/'],
    ['a//b', 'a/b'],
    ['a/./b', 'a/b'],
    ['a/../b', 'b'],
    ['a/..', '.'],
    ['a/../', './'],
    ['.', '.'],
    ['/a', '/a'],
    ['/', '/'],
    ['...', '...'],
    ['a..b', 'a..b'],
    ['a\\..\\b', 'a\\..\\b'],
    ['b /c', 'b /c'],
    ['a::b', 'a::b'],
    ['ä€', 'ä€'],
    ['a%41', 'a%41'],
    ['a%2Fb', 'a%2Fb'],
    ['a%20%zz', 'a%20%zz'],
    ['a..%', 'a..%'],
    ['b/../a%2E', 'a%2E'],
  ])('%j is %j', (path, key) => {
    expect(keyOf(path)).toBe(key);
  });

  it.each(['..', '../a', '../../a', 'a/../../b', '..//a', 'a%2F..', '%2e%2E', 'a..b%41', 'a%20b%2F..'])(
    '%j leads out of the keys, or would if it was decoded again',
    (path) => {
      expect(() => keyOf(path)).toThrow('invalid key name, path traversal is not allowed');
    },
  );

  it.each([' a', 'a ', ' ', 'a/ ', 'z/../ q', 'a%20b', 'a b%41', '%20'])(
    '%j begins or ends with a blank, or holds one that is encoded',
    (path) => {
      expect(() => keyOf(path)).toThrow('invalid key name, leading/trailing spaces are not allowed');
    },
  );
});
