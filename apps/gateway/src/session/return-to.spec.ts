import { safeReturnTo } from './return-to.js';

describe(safeReturnTo.name, () => {
  it.each(['/', '/live', '/reports?from=a&to=b#top', '/a%20b', '/loginx'])('goes to %s', (value) => {
    expect(safeReturnTo(value)).toBe(value);
  });

  it.each([
    undefined,
    ['/a'],
    '',
    'live',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'http://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/a\nb',
    '/\u0085/evil',
    '/./\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/login',
    '/login/callback?code=a',
    '/logout',
    `/${'a'.repeat(1_024)}`,
    `/${'浙'.repeat(300)}`,
  ])('does not go to %j', (value) => {
    expect(safeReturnTo(value)).toBe('/');
  });
});
