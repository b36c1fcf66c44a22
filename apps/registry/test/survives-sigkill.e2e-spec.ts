import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConsulClient, createConsulClient } from '@app/config';
import { waitFor } from '@app/testing';
import { type BareAgent, compile, startBareAgent } from './bare-agent.js';

const ROUNDS = 5;
const WRITERS = 16;
const KEYS_PER_WRITER = 8;

describe('an agent that is killed', () => {
  let folder: string;
  let agent: BareAgent;
  let client: ConsulClient;

  beforeAll(async () => {
    await compile();
    folder = await mkdtemp(join(tmpdir(), 'registry-crash-'));
    await start();
  }, 60_000);

  afterAll(async () => {
    await kill();
    await rm(folder, { recursive: true });
  }, 30_000);

  async function start(): Promise<void> {
    agent = await startBareAgent(folder);
    client = createConsulClient({ address: agent.address });
  }

  async function kill(): Promise<void> {
    await agent.kill();
    client.destroy();
  }

  /** Writes until the agent is gone; every acknowledged write goes into `acknowledged`. */
  async function writeUntilGone(writer: number, acknowledged: Map<string, number>, count: () => number): Promise<void> {
    const using = client;
    for (let turn = 0; ; turn += 1) {
      const key = `crash/${writer}/${turn % KEYS_PER_WRITER}`;
      const value = count();
      // A connection that breaks rejects, or, where the test's `Error` is not the client's, resolves to an error.
      const answer: unknown = await using.kv.set(key, String(value)).catch(() => false);
      if (answer !== true) return;
      acknowledged.set(key, value);
    }
  }

  it('has every acknowledged write afterwards, or a later one of the same key', async () => {
    const acknowledged = new Map<string, number>();
    let counter = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const until = counter + 200 + Math.random() * 200;
      const writers = Array.from({ length: WRITERS }, (_, writer) => writeUntilGone(writer, acknowledged, () => ++counter));
      await waitFor(() => counter >= until, { timeoutMs: 60_000, intervalMs: 1 });
      await kill();
      await Promise.all(writers);
      await start();
      const items = (await client.kv.get({ key: 'crash/', recurse: true })) as unknown as { Key: string; Value: string }[];
      const found = new Map(items.map(({ Key, Value }) => [Key, Number(Value)]));
      expect([...acknowledged].filter(([key, value]) => (found.get(key) ?? -1) < value)).toEqual([]);
    }
    expect(acknowledged.size).toBe(WRITERS * KEYS_PER_WRITER);
  }, 300_000);

  it('has the registrations and the state of their checks afterwards, and the index did not go back', async () => {
    await client.agent.service.register({ name: 'kept', id: 'kept-1', port: 7, check: { ttl: '60s' } } as never);
    await client.agent.check.pass('service:kept-1');
    const indexOf = async () => Number((await fetch(`${agent.address}/v1/health/service/kept`)).headers.get('x-consul-index'));
    const before = await indexOf();
    await kill();
    await start();
    expect(await client.health.service({ service: 'kept', passing: true })).toMatchObject([{ Service: { ID: 'kept-1', Port: 7 } }]);
    expect(await indexOf()).toBeGreaterThanOrEqual(before);
  }, 60_000);
});
