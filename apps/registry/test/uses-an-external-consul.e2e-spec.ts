import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService, waitFor } from '@app/testing';
import { type RegistryProcess, startRegistry } from './registry-process.js';

describe('a registry beside an external Consul and Zipkin', () => {
  let external: RegistryProcess;
  let folder: string;

  beforeAll(async () => {
    external = await startRegistry();
    folder = await mkdtemp(join(tmpdir(), 'config-'));
    await writeFile(join(folder, 'gateway,prod.yaml'), 'gateway: { routes: [] }');
  });

  afterAll(async () => {
    await external.stop();
    await rm(folder, { recursive: true });
  });

  it('opens neither port, makes no state, and seeds and registers with the other one', async () => {
    const dataDir = join(folder, 'state');
    const registry = await startService('registry', {
      REGISTRY_CONSUL: 'external',
      REGISTRY_ZIPKIN: 'external',
      REGISTRY_DATA_DIR: dataDir,
      CONSUL_HTTP_ADDR: external.consul,
      CONFIG_DIR: folder,
    });
    await waitFor(() => external.client.kv.get('config/gateway,prod/data'), { what: 'The seed' });
    await waitFor(async () => ((await external.client.health.service({ service: 'registry', passing: true })) as unknown[]).length === 2);
    const output = await registry.output();
    expect(output).not.toContain('API listens');
    await expect(rm(dataDir)).rejects.toThrow('ENOENT');
    expect(await registry.stop()).toBe(0);
    expect(await external.client.health.service('registry')).toHaveLength(1);
  });

  it('a taken port is one clear sentence and exit code 1', async () => {
    const port = new URL(external.consul).port;
    const environment = { CONSUL_PORT: port, ZIPKIN_PORT: '0', REGISTRY_DATA_DIR: join(folder, 'other') };
    await expect(startService('registry', environment)).rejects.toThrow(
      `The Consul API cannot listen on 127.0.0.1:${port}: the port is taken by another program`,
    );
  });
});
