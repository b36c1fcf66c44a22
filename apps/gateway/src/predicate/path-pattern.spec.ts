import { PartError } from '../route/part-factory.js';
import { matchesPath, parsePathPattern } from './path-pattern.js';

describe(matchesPath.name, () => {
  it.each([
    ['/', '/', true],
    ['/', '/a', false],
    ['/**', '/', true],
    ['/**', '/a/b', true],
    ['/a', '/a', true],
    ['/a', '/a/', false],
    ['/a', '/A', false],
    ['/a/**', '/a', true],
    ['/a/**', '/a/', true],
    ['/a/**', '/ab', false],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a/', false],
    ['/a/*', '/a/b/c', false],
    ['/a/{id}/c', '/a/x/c', true],
    ['/a/{id}/c', '/a//c', false],
    ['/*.js', '/app.js', true],
    ['/*.js', '/app.css', false],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/a*b*c', '/aXbXbXc', true],
    ['/a*b*c', '/aXbXb', false],
    ['/浙江/**', '/%E6%B5%99%E6%B1%9F/x', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(matchesPath(parsePathPattern(pattern), path)).toBe(expected);
  });

  it('is not slowed down by wildcards that could match in many ways', () => {
    const pattern = parsePathPattern(`/${'*a'.repeat(50)}b`);
    const started = performance.now();
    expect(matchesPath(pattern, `/${'a'.repeat(8_000)}`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe(parsePathPattern.name, () => {
  it.each(['a', '', '/a/**/b', '/a/b**', '/a/{x}y', '/a/{x:[0-9]+}', '/a//b', '/{a'])('refuses %j', (text) => {
    expect(() => parsePathPattern(text)).toThrow(PartError);
  });
});
