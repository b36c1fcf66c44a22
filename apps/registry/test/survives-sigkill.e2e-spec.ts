import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { DurableStore } from '../src/store/durable-store.js';
import { type BareAgent, compile, startBareAgent } from './bare-agent.js';
import { type Answer, casCell, type Cell, CrashConnection, deletedCell, putCell, serviceCell, writeUntilGone } from './crash-cells.js';

const ROUNDS = 50;
/** Acknowledged between two kills; up to twice as many, so that a kill meets any moment of the log. */
const LEAST_WRITES = 400;
const WRITERS_OF_A_KIND = 16;
const CELLS_OF_A_WRITER = 2;
const KINDS = [
  (n: string) => putCell(`crash/put/${n}`),
  (n: string) => casCell(`crash/cas/${n}`),
  (n: string) => deletedCell(`crash/deleted/${n}`),
  (n: string) => serviceCell(`crash-${n}`),
];

describe('an agent that is killed', () => {
  let folder: string;
  let agent: BareAgent | undefined;

  beforeAll(compile, 60_000);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-crash-'));
  });

  afterEach(async () => {
    await kill();
    await rm(folder, { recursive: true });
  });

  async function start(): Promise<void> {
    agent = await startBareAgent(folder);
  }

  async function kill(): Promise<void> {
    await agent?.kill();
    agent = undefined;
  }

  async function openConnections(count: number): Promise<CrashConnection[]> {
    const address = agent?.address ?? '';
    return Promise.all(Array.from({ length: count }, () => CrashConnection.open(address)));
  }

  async function ask(method: string, path: string, body?: string): Promise<Answer> {
    const response = await fetch(`${agent?.address}/v1${path}`, { method, ...(body !== undefined && { body }) });
    return { status: response.status, text: await response.text(), index: Number(response.headers.get('x-consul-index') ?? NaN) };
  }

  /** Everything that is served of the cells, and the indexes of it. */
  async function readAll(): Promise<{ values: Map<string, string>; indexes: number[] }> {
    const keys = await ask('GET', '/kv/crash/?recurse');
    const services = await ask('GET', '/agent/services');
    const instances = await ask('GET', '/health/service/crash');
    const items = JSON.parse(keys.text || '[]') as { Key: string; Value: string; ModifyIndex: number }[];
    const ports = Object.values(JSON.parse(services.text) as Record<string, { ID: string; Port: number }>);
    const values = new Map([
      ...items.map(({ Key, Value }) => [Key, Buffer.from(Value, 'base64').toString()] as const),
      ...ports.map(({ ID, Port }) => [ID, String(Port)] as const),
    ]);
    for (const { ModifyIndex } of items) expect(ModifyIndex).toBeLessThanOrEqual(keys.index);
    return { values, indexes: [keys.index, instances.index] };
  }

  /** What is served of a cell must be what was acknowledged last, or what was on its way when the agent was killed. */
  function differences(cells: readonly Cell[], values: ReadonlyMap<string, string>): unknown[] {
    return cells.flatMap((cell) => {
      const served = values.get(cell.name);
      const isRight = served === cell.acknowledged || (cell.onItsWay !== undefined && served === cell.onItsWay.value);
      const { name, acknowledged, onItsWay } = cell;
      cell.acknowledged = served;
      cell.onItsWay = undefined;
      return isRight ? [] : [{ name, served, acknowledged, onItsWay }];
    });
  }

  it('has every acknowledged put, cas, deletion and registration afterwards, nothing half-written, and no index that went back', async () => {
    const writers = KINDS.flatMap((kind) =>
      Array.from({ length: WRITERS_OF_A_KIND }, (_, writer) =>
        Array.from({ length: CELLS_OF_A_WRITER }, (__, place) => kind(`${writer}-${place}`)),
      ),
    );
    let [sent, acknowledged, writingMs] = [0, 0, 0];
    let indexes = [0, 0];
    await start();
    for (let round = 0; round < ROUNDS; round += 1) {
      const until = acknowledged + LEAST_WRITES + Math.random() * LEAST_WRITES;
      const connections = await openConnections(writers.length);
      const begun = performance.now();
      const writing = connections.map((connection, at) =>
        writeUntilGone(
          connection,
          writers[at] ?? [],
          () => ++sent,
          () => ++acknowledged,
        ),
      );
      await waitFor(() => acknowledged >= until, { timeoutMs: 60_000, intervalMs: 1 });
      writingMs += performance.now() - begun;
      await kill();
      await Promise.all(writing);
      await start();
      const found = await readAll();
      expect(differences(writers.flat(), found.values)).toEqual([]);
      expect(found.indexes.map((index, at) => index >= (indexes[at] ?? 0))).toEqual([true, true]);
      indexes = found.indexes;
    }
    expect(acknowledged).toBeGreaterThanOrEqual(ROUNDS * LEAST_WRITES);
    const perSecond = Math.round((acknowledged / writingMs) * 1_000);
    process.stdout.write(`${ROUNDS} kills under ${perSecond} acknowledged writes a second, ${acknowledged} in all\n`);
  }, 900_000);

  it('has the registrations and the state of their checks afterwards, and the index did not go back', async () => {
    await start();
    await ask('PUT', '/agent/service/register', JSON.stringify({ Name: 'kept', ID: 'kept-1', Port: 7, Check: { TTL: '60s' } }));
    await ask('PUT', '/agent/check/pass/service:kept-1');
    const before = await ask('GET', '/health/service/kept?passing');
    await kill();
    await start();
    const after = await ask('GET', '/health/service/kept?passing');
    expect(JSON.parse(after.text)).toMatchObject([{ Service: { ID: 'kept-1', Port: 7 } }]);
    expect(after.index).toBeGreaterThanOrEqual(before.index);
  });

  it('serves 100,000 keys again', async () => {
    const keyOf = (n: number) => `many/${n % 1_000}/${n}`;
    const logger = createLogger('test');
    logger.level = 'silent';
    const store = await DurableStore.open(folder, logger);
    for (let n = 0; n < 100_000; n += 1_000) {
      await Promise.all(
        Array.from({ length: 1_000 }, (_, at) => store.propose({ type: 'kv-put', key: keyOf(n + at), value: 'dmFsdWU=', flags: '0' })),
      );
    }
    await store.close();
    await start();
    await kill();
    await start();
    const names = JSON.parse((await ask('GET', '/kv/many/?keys')).text) as string[];
    expect(names.length).toBe(100_000);
    expect((await ask('GET', `/kv/${keyOf(99_999)}?raw`)).text).toBe('value');
  }, 120_000);
});
