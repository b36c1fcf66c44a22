import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@app/telemetry';
import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest, ConsulResponse } from '../http/consul-request.js';
import { DurableStore } from '../store/durable-store.js';
import { txnRoutes } from './txn.routes.js';

const logger = createLogger('test');
logger.level = 'silent';

const READ = { KV: { Verb: 'get-tree', Key: 't/' } };
const WRITE = { KV: { Verb: 'set', Key: 'z', Value: '' } };

describe(txnRoutes.name, () => {
  let folder: string;
  let store: DurableStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-txn-'));
    store = await DurableStore.open(folder, logger);
    for (let n = 0; n < 100; n += 1) await store.propose({ type: 'kv-put', key: `t/${n}`, value: 'dmFsdWU=', flags: '0' });
  });

  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  async function run(ops: object[], reserve: (bytes: number) => void): Promise<ConsulResponse> {
    const [route] = txnRoutes({ store, datacenter: 'dc1', nodeName: 'n' });
    const body = Buffer.from(JSON.stringify(ops));
    const request: ConsulRequest = { rest: '', query: new URLSearchParams(), headers: {}, body, whenGone: () => undefined, reserve };
    return (await route?.methods.PUT?.(request)) ?? {};
  }

  it.each([
    ['writes', [READ, WRITE]],
    ['only looks', [READ]],
  ])('takes room for about as much as it answers before a transaction that %s', async (_, ops) => {
    let room = 0;
    const { pieces } = await run(ops, (bytes) => (room = bytes));
    const bytes = pieces?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(5_000);
    expect(room).toBeGreaterThan(bytes);
    expect(room).toBeLessThan(bytes * 2);
  });

  it('does nothing when there is no room for the answer', async () => {
    const before = store.state.index;
    const refused = run([READ, WRITE], () => {
      throw new ConsulError(429, 'no room');
    });
    await expect(refused).rejects.toThrow('no room');
    expect([store.state.index, store.state.kv.get('z')]).toEqual([before, undefined]);
  });

  it('says of the answer whether it is that of a write', async () => {
    const isOfWrite = async (...ops: object[]) => (await run(ops, () => undefined)).isOfWrite;
    expect([await isOfWrite(READ), await isOfWrite(READ, WRITE)]).toEqual([false, true]);
  });
});
