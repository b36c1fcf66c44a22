import { toWords } from '../predicate/path-pattern.js';
import type { Exchange } from '../proxy/exchange.js';
import { hidePathsFilter } from './hide-paths.filter.js';

const made = hidePathsFilter.make({ args: ['/api/x/health/**', '/api/x/openapi.json', '/api/x/principals/**'] });

function isHidden(path: string): boolean {
  if ('reason' in made) throw new Error(made.reason);
  try {
    void made.part.onRequest?.({ originalPath: path, words: toWords(path) } as unknown as Exchange);
    return false;
  } catch {
    return true;
  }
}

describe('HidePaths', () => {
  it.each([
    '/api/x/health',
    '/api/x/health/',
    '/api/x/health/live',
    '/api/x/HEALTH/live',
    '/api/x/health%2Flive',
    '/api/x/health;a=b/live',
    '/api/x/%68ealth',
    '/api/x/openapi.json',
    '/api/x/openapi.json/',
    '/api/x/principals/1',
    '/api/x%2Fprincipals/1',
    '/api/x/principals%5C1',
  ])('hides %s', (path) => {
    expect(isHidden(path)).toBe(true);
  });

  it.each(['/api/x/healthy', '/api/x/a/health', '/api/x/openapi.json5', '/api/x', '/api/x/principal'])('shows %s', (path) => {
    expect(isHidden(path)).toBe(false);
  });
});
