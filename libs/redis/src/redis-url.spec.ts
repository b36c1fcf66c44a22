import { parseRedisUrl } from './redis-url.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://127.0.0.1', { kind: 'single', nodes: [{ host: '127.0.0.1', port: 6379 }], database: 0, tls: false }],
    ['redis://:pw@h:1/3', { kind: 'single', nodes: [{ host: 'h', port: 1 }], password: 'pw', database: 3, tls: false }],
    [
      'rediss://me:p%40ss@h',
      { kind: 'single', nodes: [{ host: 'h', port: 6379 }], username: 'me', password: 'p@ss', database: 0, tls: true },
    ],
    ['redis://[::1]:7000', { kind: 'single', nodes: [{ host: '::1', port: 7000 }], database: 0, tls: false }],
    ['redis://:100%@h', { kind: 'single', nodes: [{ host: 'h', port: 6379 }], password: '100%', database: 0, tls: false }],
    [
      'redis+sentinel://:pw@a,b:7/main/2',
      {
        kind: 'sentinel',
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 7 },
        ],
        password: 'pw',
        master: 'main',
        database: 2,
        tls: false,
      },
    ],
    [
      'redis+cluster://a:1,b:2',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
        database: 0,
        tls: false,
      },
    ],
  ])('reads %s', (url, address) => {
    expect(parseRedisUrl(url)).toEqual(address);
  });

  it.each([
    '',
    'http://h',
    'redis://',
    'redis://h:99999',
    'redis://h:0',
    'redis://a,b',
    'redis://h/x',
    'redis://h/1/2',
    'redis+sentinel://a',
    'redis+cluster://a/1',
    'redis://a b',
  ])('refuses "%s"', (url) => {
    expect(parseRedisUrl(url)).toBeUndefined();
  });
});
