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
  ])('%j is %j', (path, key) => {
    expect(keyOf(path)).toBe(key);
  });

  it.each(['..', '../a', '../../a', 'a/../../b', '..//a'])('%j leads out of the keys', (path) => {
    expect(() => keyOf(path)).toThrow('invalid key name, path traversal is not allowed');
  });

  it.each([' a', 'a ', ' ', 'a/ ', 'z/../ q'])('%j begins or ends with a blank', (path) => {
    expect(() => keyOf(path)).toThrow('invalid key name, leading/trailing spaces are not allowed');
  });
});
