import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigStore, defineConfig, loadConfig } from '@app/config';
import { waitFor } from '@app/testing';
import { z } from 'zod';
import { type RegistryProcess, startRegistry } from './registry-process.js';

const limits = defineConfig(
  'demo',
  z.object({ burst: z.int().min(1).default(1), rate: z.number().default(1), pinned: z.int().default(0) }),
);

describe('configuration changes live', () => {
  let registry: RegistryProcess;
  let folder: string;
  let store: ConfigStore;

  beforeAll(async () => {
    registry = await startRegistry();
    folder = await mkdtemp(join(tmpdir(), 'config-'));
    await writeFile(join(folder, 'application.yaml'), 'demo: { burst: 2, rate: 2 }');
    await writeFile(join(folder, 'dynamic.yaml'), 'demo: { burst: 3 }');
    const environment = { CONSUL_HTTP_ADDR: registry.consul, CONFIG_DIR: folder, PROFILE: 'prod', DEMO_PINNED: '9', LOG_LEVEL: 'silent' };
    store = await loadConfig('dynamic', { environment });
  });

  afterAll(async () => {
    store.close();
    await registry.stop();
    await rm(folder, { recursive: true });
  });

  const set = (name: string, text: string) => registry.client.kv.set(`config/${name}/data`, text);
  const remove = (name: string) => registry.client.kv.del(`config/${name}/data`);
  const becomes = async (burst: number) => {
    await waitFor(() => store.get(limits).value.burst === burst, { what: `burst = ${burst}` });
  };

  it('each level counts more than the one below, and a deleted key falls back', async () => {
    await becomes(3);
    await set('application', 'demo: { burst: 10 }');
    await becomes(10);
    await set('dynamic', 'demo: { burst: 11 }');
    await becomes(11);
    await set('application,prod', 'demo: { burst: 12, pinned: 1 }');
    await becomes(12);
    await set('dynamic,prod', 'demo: { burst: 13 }');
    await becomes(13);
    expect(store.get(limits).value).toEqual({ burst: 13, rate: 2, pinned: 9 });
    await remove('dynamic,prod');
    await becomes(12);
    await remove('application,prod');
    await becomes(11);
  });

  it('a bad change is refused as a whole and shown; the good ones stay; a later good one is taken', async () => {
    await set('dynamic', 'demo: { burst: 0, rate: 5 }');
    await waitFor(() => store.health().status === 'degraded');
    expect(store.get(limits).value).toMatchObject({ burst: 11, rate: 2 });
    expect(store.health().detail).toContain('demo.burst (KV config/dynamic/data)');
    await set('dynamic', 'demo: [');
    await waitFor(() => store.health().detail?.includes('not valid YAML'));
    await set('dynamic', 'demo: { burst: 20 }');
    await becomes(20);
    expect(store.health()).toEqual({ status: 'up' });
  });

  it('values stay while the registry is down, and what was missed is taken afterwards', async () => {
    await registry.service.kill();
    await waitFor(() => store.health().status === 'degraded', { timeoutMs: 10_000 });
    expect(store.get(limits).value.burst).toBe(20);
    registry = await registry.restart();
    await set('dynamic', 'demo: { burst: 21 }');
    await waitFor(() => store.get(limits).value.burst === 21, { timeoutMs: 10_000 });
    await waitFor(() => store.health().status === 'up', { timeoutMs: 10_000 });
  });

  it('what a person wrote stays in force when the registry loses its state and seeds its files again', async () => {
    await set('application', 'demo: { rate: 40 }');
    await waitFor(() => store.get(limits).value.rate === 40);
    await registry.service.kill();
    await rm(registry.environment.REGISTRY_DATA_DIR ?? '', { recursive: true });
    registry = await registry.restart();
    await waitFor(() => registry.client.kv.get('config/application/data'), { what: 'The seed' });
    await waitFor(() => store.health().detail?.includes('the registry has lost'), { timeoutMs: 10_000 });
    expect(store.health().detail).toContain('config/application/data');
    expect(store.get(limits).value).toMatchObject({ burst: 21, rate: 40 });
    await set('application', 'demo: { rate: 41 }');
    await set('dynamic', 'demo: { burst: 21 }');
    await waitFor(() => store.health().status === 'up', { timeoutMs: 10_000 });
    expect(store.get(limits).value).toMatchObject({ burst: 21, rate: 41 });
  });

  it('the log level of a running service changes without restart', async () => {
    await set('registry', 'logging: { level: error }');
    const health = async () =>
      (await fetch(`${registry.service.url}/health/ready`)).json() as Promise<{ checks: Record<string, { status: string }> }>;
    await waitFor(async () => (await health()).checks.config?.status === 'up');
    await set('registry', 'logging: { level: loud }');
    await waitFor(async () => (await health()).checks.config?.status === 'degraded');
    await set('registry', 'logging: { level: warn }');
    await waitFor(async () => (await health()).checks.config?.status === 'up');
    const messages = (await registry.service.logs()).slice(-5).map(({ level, msg }) => `${level} ${msg}`);
    expect(messages.at(-1)).toBe('error Configuration refused; the last good one stays');
    expect(messages).not.toContain('info Configuration is good again');
  });

  it('without a registry a service starts from files after a bounded wait', async () => {
    const startedAt = performance.now();
    const alone = await loadConfig('dynamic', {
      environment: { CONSUL_HTTP_ADDR: '127.0.0.1:1', CONFIG_DIR: folder, LOG_LEVEL: 'silent' },
      waitMs: 500,
    });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect([alone.get(limits).value.burst, alone.health().status]).toEqual([3, 'degraded']);
    alone.close();
  });
});
