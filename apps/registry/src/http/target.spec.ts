import type { ConsulError } from './consul-error.js';
import { parseTarget } from './target.js';

/** What is thrown. */
function thrownBy(url: string): Partial<ConsulError> {
  try {
    parseTarget(url);
  } catch (error) {
    return error as ConsulError;
  }
  return {};
}

describe(parseTarget.name, () => {
  it.each([
    ['/v1/kv/a?raw&x=%20', '/v1/kv/a', 'raw&x=%20'],
    ['/v1/kv/a%2Fb%20c', '/v1/kv/a/b c', ''],
    ['/v1/kv/a+b', '/v1/kv/a+b', ''],
    ['/v1/kv/%e6%97%a5', '/v1/kv/日', ''],
    ['/v1/kv/%ff', '/v1/kv/\uFFFD', ''],
    ['/v1/kv/%2e%2e/a', '/v1/kv/../a', ''],
    ['http://host:8500/v1/kv/a?raw', '/v1/kv/a', 'raw'],
    ['/v1/kv/a?x=//&y=/../', '/v1/kv/a', 'x=//&y=/../'],
  ])('%s', (url, path, search) => {
    expect(parseTarget(url)).toEqual({ path, search });
  });

  it.each([
    ['/v1/kv//a?raw', '/v1/kv/a?raw'],
    ['//v1/kv/a/', '/v1/kv/a/'],
    ['/v1/kv/a/../../../../b', '/b'],
    ['/v1/kv/a/.', '/v1/kv/a'],
  ])('sends %s on to %s', (url, location) => {
    expect(thrownBy(url)).toMatchObject({ status: 307, headers: { Location: location } });
  });

  it.each([
    ['/v1/kv/%zz', 400],
    ['/v1/kv/%2', 400],
    ['/v1/kv/a%00', 400],
    ['/v1/kv/a%C2%A0b', 400],
    ['/v1/kv/a?x=%zz', 500],
    ['/v1/kv/a?x;y', 500],
  ])('refuses %s with %d', (url, status) => {
    expect(thrownBy(url)).toMatchObject({ status });
  });
});
