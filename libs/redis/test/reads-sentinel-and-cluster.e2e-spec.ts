import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, type ManagedServer, requireRedisServer, startProcess } from '@app/engines';
import { startRedis, type TestServer, waitFor } from '@app/testing';
import { Redis } from 'ioredis';
import { defineScript } from '@app/redis';
import { createRedisClient } from '../src/client.js';
import { redisConfigOf } from '../src/redis.config.js';

const configFor = (url: string) => redisConfigOf('default').schema.parse({ url });

describe('createRedisClient past one server', () => {
  const servers: ManagedServer[] = [];
  let folder: string;
  let master: TestServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redis-modes-'));
    master = await startRedis({ dedicated: true });
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await master.stop();
    await rm(folder, { recursive: true });
  });

  const start = async (name: string, settings: string[], args: string[] = []) => {
    const port = await findFreePort();
    const file = join(folder, `${name}.conf`);
    await writeFile(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...settings, ''].join('\n'));
    const log = await open(join(folder, `${name}.log`), 'a');
    const { path } = await requireRedisServer();
    const options = { command: path, args: [file, ...args], cwd: folder, account: undefined, env: {}, logDescriptor: log.fd, port };
    servers.push(startProcess({ ...options, stopSignal: 'SIGTERM' }));
    await log.close();
    return port;
  };

  it("follows Sentinel to the master, with the master's password", async () => {
    const monitor = [`sentinel monitor main 127.0.0.1 ${master.port} 1`, `sentinel auth-pass main ${master.password}`];
    const port = await start('sentinel', monitor, ['--sentinel']);
    const client = createRedisClient(configFor(`redis+sentinel://:${master.password}@127.0.0.1:${port}/main/3`), 'trial');
    await waitFor(() => client.status === 'ready', { timeoutMs: 20_000 });
    await client.set('through', 'sentinel');
    const direct = new Redis(`${master.url}/3`);
    await expect(direct.get('through')).resolves.toBe('sentinel');
    direct.disconnect();
    client.disconnect();
  });

  it('speaks to a cluster, scripts included', async () => {
    const port = await start('cluster', [
      'cluster-enabled yes',
      `cluster-port ${await findFreePort()}`,
      'cluster-announce-ip 127.0.0.1',
      'cluster-config-file nodes.conf',
      'save ""',
    ]);
    const admin = new Redis(port);
    await waitFor(() => admin.status === 'ready');
    await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
    await waitFor(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'), { timeoutMs: 20_000 });
    const client = createRedisClient(configFor(`redis+cluster://127.0.0.1:${port}`), 'trial');
    await waitFor(() => client.status === 'ready', { timeoutMs: 20_000 });
    const swap = defineScript(`return redis.call('GETSET', KEYS[1], ARGV[1])`);
    await swap.run(client, ['{slot}:a'], ['1']);
    const multi = client.multi().set('{slot}:b', '2');
    swap.addTo(multi, ['{slot}:a'], ['3']);
    await expect(multi.exec()).resolves.toEqual([
      [null, 'OK'],
      [null, '1'],
    ]);
    admin.disconnect();
    client.disconnect();
  });
});
