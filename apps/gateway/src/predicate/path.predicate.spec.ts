import { toWords } from './path-pattern.js';
import { pathPredicate } from './path.predicate.js';

const request = (path: string) => ({ words: toWords(path), method: 'GET', host: 'a' });

function make(args: string[] | Record<string, unknown>) {
  const made = pathPredicate.make({ args });
  if ('reason' in made) throw new Error(made.reason);
  return made.part;
}

describe('Path', () => {
  it('accepts any of its patterns, however they are written', () => {
    for (const args of [['/a/**', '/b'], { patterns: ['/a/**', '/b'] }, { patterns: '/a/**, /b' }, { patterns: { 0: '/a/**', 1: '/b' } }]) {
      const predicate = make(args);
      expect(predicate.accepts(request('/a/x'))).toBe(true);
      expect(predicate.accepts(request('/b'))).toBe(true);
      expect(predicate.accepts(request('/c'))).toBe(false);
    }
  });

  it('takes the flag for trailing slashes only where it changes nothing', () => {
    expect(make(['/a', 'false']).accepts(request('/a/'))).toBe(false);
    expect(() => make(['/a', 'true'])).toThrow('matchTrailingSlash');
  });

  it('wants a pattern', () => {
    expect(() => make([])).toThrow('patterns');
  });
});
