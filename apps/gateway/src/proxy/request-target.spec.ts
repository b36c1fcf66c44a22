import { lenientPath, parseRequestTarget } from './request-target.js';

describe(parseRequestTarget.name, () => {
  it.each([
    ['/', '/', ''],
    ['/api/system/areas?level=2&x=%zz', '/api/system/areas', '?level=2&x=%zz'],
    ['/a/b/', '/a/b/', ''],
    ['/a.b/..c/d..', '/a.b/..c/d..', ''],
    ['/...', '/...', ''],
    ['/%E6%B5%99', '/%E6%B5%99', ''],
    ['/%e6%b5%99', '/%E6%B5%99', ''],
    ['/a%2Fb', '/a%2Fb', ''],
    ['/%68ealth', '/health', ''],
    ['/a%2eb', '/a.b', ''],
    ['/a%20b', '/a%20b', ''],
    ['/%252e%252e', '/%252e%252e', ''],
    ['/a;v=1/b', '/a;v=1/b', ''],
    ['/?a?b', '/', '?a?b'],
    ['/a?../..', '/a', '?../..'],
    ["/a-b_c~d!$&'()*+,=:@", "/a-b_c~d!$&'()*+,=:@", ''],
  ])('takes %s', (target, path, query) => {
    expect(parseRequestTarget(target)).toEqual({ path, query });
  });

  it.each([
    ['', 'begin with'],
    ['*', 'begin with'],
    ['a/b', 'begin with'],
    ['http://other.example/', 'begin with'],
    ['//evil.example/', 'empty segment'],
    ['/a//b', 'empty segment'],
    ['/..', 'dot segment'],
    ['/.', 'dot segment'],
    ['/a/../b', 'dot segment'],
    ['/a/./b', 'dot segment'],
    ['/a/%2e%2e/b', 'dot segment'],
    ['/a/%2E./b', 'dot segment'],
    ['/a/..;x=1/b', 'dot segment'],
    ['/a%2f..%2fb', 'dot segment'],
    ['/a%5c..%5cb', 'dot segment'],
    ['/a/..%2fb', 'dot segment'],
    ['/a%00', 'control character'],
    ['/a%0d%0aX:1', 'control character'],
    ['/a%7f', 'control character'],
    ['/%', 'percent-encoding'],
    ['/%4', 'percent-encoding'],
    ['/%zz', 'percent-encoding'],
    ['/a\\b', 'percent-encoded'],
    ['/a b', 'percent-encoded'],
    ['/a\u0000', 'percent-encoded'],
    ['/a\u00e9', 'percent-encoded'],
    ['/a#b', 'percent-encoded'],
    ['/a?b#c', 'fragment'],
  ])('refuses %j', (target, reason) => {
    expect(parseRequestTarget(target)).toEqual(expect.stringContaining(reason));
  });
});

describe(lenientPath.name, () => {
  it.each([
    ['/health', '/health'],
    ['/HEALTH', '/health'],
    ['/health%2Flive', '/health/live'],
    ['/health;x=1/live', '/health/live'],
    ['/a%5Chealth', '/a/health'],
    ['/a%2F%2Fhealth', '/a/health'],
    ['/open%41pi.json', '/openapi.json'],
    ['/health/', '/health'],
    ['/', '/'],
  ])('reads %s as %s', (path, read) => {
    expect(lenientPath(path)).toBe(read);
  });
});
