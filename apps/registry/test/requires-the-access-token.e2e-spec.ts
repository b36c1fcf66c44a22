import { type RegistryProcess, startRegistry } from './registry-process.js';

describe('an agent with an access token', () => {
  const token = 'a-token-of-some-length';
  let registry: RegistryProcess;

  beforeAll(async () => {
    registry = await startRegistry({ CONSUL_HTTP_TOKEN: token });
  });

  afterAll(() => registry.stop());

  const statusWith = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`${registry.consul}/v1${path}`, { headers })).status;

  it('refuses requests without it or with another, on loopback too', async () => {
    expect(await statusWith('/kv/?keys')).toBe(403);
    expect(await statusWith('/kv/?keys', { 'x-consul-token': '' })).toBe(403);
    expect(await statusWith('/kv/?keys', { 'x-consul-token': 'wrong' })).toBe(403);
  });

  it('takes it in each of the three places', async () => {
    expect(await statusWith('/kv/?keys', { 'x-consul-token': token })).toBe(200);
    expect(await statusWith('/kv/?keys', { authorization: `Bearer ${token}` })).toBe(200);
    expect(await statusWith(`/kv/?keys&token=${token}`)).toBe(200);
  });

  it('the registry itself registers, seeds and follows with it', async () => {
    expect(await registry.client.kv.keys('config/')).toContain('config/application/data');
    expect(await registry.client.health.service({ service: 'registry', passing: true })).toHaveLength(1);
  });

  it('shows it in no log line', async () => {
    expect(await registry.service.output()).not.toContain(token);
  });
});
