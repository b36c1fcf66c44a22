import { cacheKey } from './answer-cache-key.js';

const keyOf = (query: string, path = '/v1/kv/a') => cacheKey(path, new URLSearchParams(query));

describe(cacheKey.name, () => {
  it.each([
    ['index=5&wait=1m', ''],
    ['token=t&dc=dc1&pretty&stale', ''],
    ['consistent', 'cached'],
    ['n=1', 'n=2'],
    ['recurse&n=1', 'n=2&n=3&recurse'],
    ['recurse', 'recurse=1'],
    ['recurse&recurse', 'recurse'],
    ['keys&recurse', 'recurse&keys'],
    ['filter=a', 'filter=a&filter=b'],
    ['tag=a&near=n', 'near=n&tag=a'],
  ])('is the same for %j and %j', (one, other) => {
    expect(keyOf(`${one}&x`)).toBe(keyOf(`${other}&x`));
  });

  it('is another one for whatever changes an answer', () => {
    const queries = [
      ...['', 'keys', 'raw', 'recurse', 'keys&separator=/', 'keys&separator=', 'keys&seperator=/', 'filter=a', 'filter=b', 'near=a'],
      ...['passing', 'passing=false', 'peer=a', 'tag=a', 'tag=b', 'tag=a&tag=b', 'tag=a,b', 'node-meta=a', 'node-meta=a&node-meta=b'],
    ];
    expect(new Set(queries.map((query) => keyOf(query))).size).toBe(queries.length);
    expect(keyOf('tag=a', '/v1/kv/b')).not.toBe(keyOf('tag=a'));
  });
});
