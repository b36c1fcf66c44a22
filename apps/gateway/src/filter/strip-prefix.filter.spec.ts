import type { Exchange } from '../proxy/exchange.js';
import { stripPrefixFilter } from './strip-prefix.filter.js';

function strip(parts: string, path: string) {
  const made = stripPrefixFilter.make({ args: [parts] });
  if ('reason' in made) throw new Error(made.reason);
  const exchange = { path, strippedPrefix: '' } as unknown as Exchange;
  void made.part.onRequest?.(exchange);
  return [exchange.strippedPrefix, exchange.path];
}

describe('StripPrefix', () => {
  it.each([
    ['2', '/api/system/areas/3', '/api/system', '/areas/3'],
    ['2', '/api/system/', '/api/system', '/'],
    ['2', '/api/system', '/api/system', '/'],
    ['2', '/api', '/api', '/'],
    ['0', '/api/a', '', '/api/a'],
    ['1', '/a%2Fb/c', '/a%2Fb', '/c'],
  ])('%s of %s', (parts, path, prefix, rest) => {
    expect(strip(parts, path)).toEqual([prefix, rest]);
  });

  it.each(['-1', '1.5', 'x'])('refuses %s', (parts) => {
    expect(() => strip(parts, '/')).toThrow('parts');
  });
});
