import { basicCredentials } from './auth.client.js';
import { bearerToken } from './bearer.js';

describe(bearerToken.name, () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Bearer a,b', undefined],
    ['Basic YTpi', undefined],
    ['xBearer a', undefined],
  ])('%j: %s', (authorization, token) => {
    expect(bearerToken(authorization)).toBe(token);
  });
});

describe(basicCredentials.name, () => {
  it('encodes each part before it joins them', () => {
    const encoded = basicCredentials('a:b', 'c d+').slice('Basic '.length);
    expect(Buffer.from(encoded, 'base64').toString()).toBe('a%3Ab:c+d%2B');
  });
});
