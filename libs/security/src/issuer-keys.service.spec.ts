import type { LiveConfig } from '@app/config';
import type { DiscoveryService } from '@app/discovery';
import { IssuerKeys } from './issuer-keys.service.js';
import type { SecurityConfig } from './security.config.js';

describe(IssuerKeys.name, () => {
  const { fetch } = globalThis;

  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it('asks an instance of auth, also at an IPv6 address', async () => {
    const asked: unknown[] = [];
    globalThis.fetch = (url) => {
      asked.push(url);
      return Promise.reject(new Error('nobody there'));
    };
    const lease = { instance: { address: '::1', port: 8081 }, release: () => undefined };
    const discovery = { instances: () => [], whenKnown: () => Promise.resolve([]), pick: () => lease };
    const config = { value: { jwksTimeoutMs: 1_000, jwksMinIntervalMs: 0 } };
    const sut = new IssuerKeys(config as LiveConfig<SecurityConfig>, discovery as unknown as DiscoveryService);
    await expect(sut.find({ alg: 'ES256' }, { payload: '', signature: '' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(asked).toEqual(['http://[::1]:8081/oauth2/jwks']);
  });
});
