import type { LiveConfig } from '@app/config';
import type { Principal } from '@app/contracts';
import type { DiscoveryService, Exclusion, Instance, Lease } from '@app/discovery';
import { jest } from '@jest/globals';
import type { AuthConfig } from '../auth.config.js';
import type { InternalTokenIssuer } from '../keys/internal-token.issuer.js';
import { PrincipalClient } from './principal.client.js';

const ANN: Principal = { id: 'u-1', username: 'ann', displayName: 'Ann', enabled: true, roles: [], permissions: [], area: null };

const instance = (address: string): Instance => ({
  id: `system-${address}-9200`,
  service: 'system',
  address,
  port: 9200,
  meta: {},
  weight: 1,
});

/** @param answers by address; where there is none, nothing listens */
function setUp(addresses: string[], answers: Record<string, () => Promise<Response>>, systemUrl?: string) {
  const config = { value: { systemUrl, principals: { timeoutMs: 50, cacheMs: 0 } } } as unknown as LiveConfig<AuthConfig>;
  const instances = addresses.map(instance);
  const pick = (_: string, exclude: Exclusion = () => false): Lease | undefined => {
    const found = instances.find((candidate) => !exclude(candidate));
    return found && { instance: found, release: () => undefined };
  };
  const discovery = { whenKnown: () => Promise.resolve(instances), pick } as unknown as DiscoveryService;
  const issuer = { issueOwn: () => Promise.resolve({ token: 'own', expiresIn: 60 }) } as unknown as InternalTokenIssuer;
  const asked: string[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const { host, pathname } = new URL(input);
    asked.push(host + pathname);
    const refused = new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
    const ended = new Promise<never>((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)));
    return Promise.race([ended, answers[host]?.() ?? Promise.reject(refused)]);
  });
  return { sut: new PrincipalClient(config, discovery, issuer), asked };
}

const tell = () => Promise.resolve(Response.json(ANN));

describe(PrincipalClient.name, () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('asks a second instance where the first has ended', async () => {
    const { sut, asked } = setUp(['10.0.0.1', '10.0.0.2'], { '10.0.0.2:9200': tell });
    await expect(sut.findEnabled('u-1')).resolves.toEqual(ANN);
    expect(asked).toEqual(['10.0.0.1:9200/principals/u-1', '10.0.0.2:9200/principals/u-1']);
  });

  it('asks no second instance where the first answered', async () => {
    const { sut, asked } = setUp(['10.0.0.1', '10.0.0.2'], {
      '10.0.0.1:9200': () => Promise.resolve(new Response('', { status: 500 })),
      '10.0.0.2:9200': tell,
    });
    await expect(sut.findEnabled('u-1')).rejects.toMatchObject({ error: 'temporarily_unavailable' });
    expect(asked).toHaveLength(1);
  });

  it('reaches an instance with an IPv6 address', async () => {
    const { sut, asked } = setUp(['fd00::1'], { '[fd00::1]:9200': tell });
    await expect(sut.findEnabled('u-1')).resolves.toEqual(ANN);
    expect(asked).toEqual(['[fd00::1]:9200/principals/u-1']);
  });

  it('gives up by one deadline for all it asks', async () => {
    const never = () => new Promise<never>(() => undefined);
    const { sut, asked } = setUp(['10.0.0.1', '10.0.0.2'], { '10.0.0.2:9200': never });
    await expect(sut.findEnabled('u-1')).rejects.toMatchObject({ error: 'temporarily_unavailable', cause: { name: 'TimeoutError' } });
    expect(asked).toHaveLength(2);
  });

  it('asks the configured address alone, and finds nobody whom system does not know or has disabled', async () => {
    const unknown = setUp([], { 'system.test': () => Promise.resolve(new Response('{}', { status: 404 })) }, 'http://system.test/');
    await expect(unknown.sut.findEnabled('u-1')).resolves.toBeUndefined();
    const disabled = setUp([], { 'system.test': () => Promise.resolve(Response.json({ ...ANN, enabled: false })) }, 'http://system.test/');
    await expect(disabled.sut.findEnabled('u-1')).resolves.toBeUndefined();
    expect(disabled.asked).toEqual(['system.test/principals/u-1']);
  });
});
