import { zipkinEndpoint } from './telemetry.js';

describe('zipkinEndpoint', () => {
  it.each([
    ['http://127.0.0.1:9411', 'http://127.0.0.1:9411/api/v2/spans'],
    ['https://zipkin.example.org/collector/', 'https://zipkin.example.org/collector/api/v2/spans'],
    ['http://zipkin:9411/api/v2/spans', 'http://zipkin:9411/api/v2/spans'],
    ['', undefined],
    [undefined, undefined],
  ])('%s -> %s', (address, endpoint) => {
    expect(zipkinEndpoint(address)).toBe(endpoint);
  });

  it.each(['127.0.0.1:9411', 'zipkin', 'ftp://zipkin'])('refuses %s by name of the variable', (address) => {
    expect(() => zipkinEndpoint(address)).toThrow('ZIPKIN_URL must be an http or https address, or empty');
  });
});
