import { isSameOrigin } from './same-origin.js';

describe(isSameOrigin.name, () => {
  it.each([
    [{ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'http://localhost:8080' }, true],
    [{}, true],
    [{ origin: 'http://localhost:8081', 'sec-fetch-site': 'same-site' }, false],
    [{ origin: 'http://localhost:8081' }, false],
    [{ origin: 'https://localhost:8080' }, false],
    [{ origin: 'http://localhost:8080.evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: 'http://localhost:8080', 'sec-fetch-site': 'cross-site' }, false],
  ])('says of %j: %s', (headers, expected) => {
    expect(isSameOrigin(headers, 'http://localhost:8080')).toBe(expected);
  });
});
