import { isSameSite } from './same-site.js';

const ORIGIN = 'https://causeway.example';

describe(isSameSite.name, () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('lets %s pass', (method) => {
    expect(isSameSite(method, { origin: 'https://evil.example' }, ORIGIN)).toBe(true);
  });

  it.each([
    [{ origin: ORIGIN }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: `${ORIGIN}.evil.example` }, false],
    [{ origin: 'http://causeway.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ referer: `${ORIGIN}/` }, false],
    [{}, false],
  ])('POST with %j: %s', (headers, expected) => {
    expect(isSameSite('POST', headers, ORIGIN)).toBe(expected);
  });
});
