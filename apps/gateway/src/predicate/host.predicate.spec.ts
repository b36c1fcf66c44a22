import { hostPredicate } from './host.predicate.js';

function accepts(pattern: string, host: string): boolean {
  const made = hostPredicate.make({ args: [pattern] });
  if ('reason' in made) throw new Error(made.reason);
  return made.part.accepts({ host, method: 'GET', words: [] });
}

describe('Host', () => {
  it.each([
    ['a.example', 'a.example', true],
    ['A.Example', 'a.example', true],
    ['a.example', 'b.example', false],
    ['**.example.org', 'a.b.example.org', true],
    ['**.example.org', 'example.org', true],
    ['**.example.org', 'badexample.org', false],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'a.b.example.org', false],
    ['{sub}.example.org', 'x.example.org', true],
    ['**', 'anything', true],
  ])('%s and %s: %s', (pattern, host, expected) => {
    expect(accepts(pattern, host)).toBe(expected);
  });

  it.each(['a.example:8080', 'a.**.b', '', 'a..b'])('refuses %j', (pattern) => {
    expect(() => accepts(pattern, 'a')).toThrow();
  });
});
