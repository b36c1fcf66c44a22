import { freshRedis, startRedis, type TestServer, waitFor } from '@app/testing';
import { Redis } from 'ioredis';
import type { BatchOutcome, LogBatch } from '../src/log-batch.js';
import { type ConsumerSettings, LogConsumer } from '../src/log-consumer.js';
import { partitionOf } from '../src/partition.js';
import { BEGINNING, type Offset } from '../src/partitioned-log.js';
import { RedisPartitionedLog } from '../src/redis/redis-partitioned-log.js';

const TOPIC = 'passes';
const PARTITIONS = 4;
const SETTINGS: ConsumerSettings = { batch: 100, waitMs: 5_000, lingerMs: 20, leaseMs: 1_000 };

/** A store as a consumer's: what it has counted, and its offsets, changed in one step and only from where they stand. */
class MemoryStore {
  readonly offsets = new Map<number, Offset>();
  readonly values: string[] = [];
  failures = 0;

  load(_topic: string, partition: number): Promise<Offset> {
    return Promise.resolve(this.offsets.get(partition) ?? BEGINNING);
  }

  commit({ partition, from, to, records }: LogBatch): BatchOutcome {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the store is down');
    }
    if ((this.offsets.get(partition) ?? BEGINNING) !== from) return 'superseded';
    this.offsets.set(partition, to);
    this.values.push(...records.map(({ value }) => value));
    return 'committed';
  }
}

let redis: Redis;
let log: RedisPartitionedLog;
const consumers: LogConsumer[] = [];
let dedicated: TestServer | undefined;

beforeEach(async () => connect((await freshRedis()).url));

function connect(url: string): void {
  redis = new Redis(url);
  log = new RedisPartitionedLog(redis, {
    partitions: PARTITIONS,
    groups: ['g'],
    backlogLimit: 100_000,
    tail: 0,
    waitMs: SETTINGS.waitMs,
    leaseMs: SETTINGS.leaseMs,
  });
}

afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
  redis.disconnect();
  await dedicated?.stop();
  dedicated = undefined;
});

function consume(store: MemoryStore, handle: (batch: LogBatch) => Promise<BatchOutcome> | BatchOutcome = (batch) => store.commit(batch)) {
  const consumer = new LogConsumer({
    log,
    topic: TOPIC,
    group: 'g',
    checkpoints: store,
    settings: SETTINGS,
    handle: async (batch) => handle(batch),
  });
  consumers.push(consumer);
  consumer.start();
  return consumer;
}

async function append(first: number, count: number): Promise<void> {
  await log.append(
    TOPIC,
    Array.from({ length: count }, (_, index) => ({ key: `station-${index % 40}`, value: `${first + index}` })),
  );
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const sorted = (values: readonly string[]) => [...values].sort((a, b) => Number(a) - Number(b));

it('hands over everything once, in the order of each partition, in batches of no more than it may', async () => {
  const store = new MemoryStore();
  let largest = 0;
  await append(0, 1_000);
  consume(store, (batch) => {
    largest = Math.max(largest, batch.records.length);
    expect(batch.to).toBe(batch.records.at(-1)!.offset);
    return store.commit(batch);
  });
  await waitFor(() => store.values.length === 1_000);
  await append(1_000, 1_000);
  await waitFor(() => store.values.length === 2_000);
  expect(sorted(store.values)).toEqual(numbers(2_000));
  expect(largest).toBe(100);
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const own = store.values.filter((value) => partitionOf(`station-${(Number(value) % 1_000) % 40}`, PARTITIONS) === partition);
    expect(own).toEqual(sorted(own));
  }
});

it('tries a batch again when its store is down, and counts nothing twice', async () => {
  const store = new MemoryStore();
  store.failures = 6;
  await append(0, 300);
  const consumer = consume(store);
  await waitFor(() => consumer.health().detail?.includes('fails after offset'));
  expect(consumer.health().status).toBe('degraded');
  await waitFor(() => store.values.length === 300);
  expect(sorted(store.values)).toEqual(numbers(300));
  await waitFor(() => consumer.health().status === 'up');
});

it('loads the offset again when somebody else has moved it', async () => {
  const store = new MemoryStore();
  await append(0, 200);
  let isFirst = true;
  consume(store, (batch) => {
    if (!isFirst) return store.commit(batch);
    isFirst = false;
    // Another process commits the same batch a moment earlier.
    store.commit(batch);
    return store.commit(batch);
  });
  await waitFor(() => store.values.length >= 200);
  await append(200, 50);
  await waitFor(() => store.values.length >= 250);
  expect(sorted(store.values)).toEqual(numbers(250));
});

it('is not held up by a partition whose handler does not come back', async () => {
  const store = new MemoryStore();
  const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
  const stuck = partitionOf('station-0', PARTITIONS);
  consume(store, async (batch) => {
    if (batch.partition === stuck) await released;
    return store.commit(batch);
  });
  await append(0, 40);
  const others = numbers(40).filter((value) => partitionOf(`station-${value}`, PARTITIONS) !== stuck);
  await waitFor(() => store.values.length === others.length);
  await append(40, 40);
  await waitFor(() => store.values.length === 2 * others.length);
  release(undefined);
  await waitFor(() => store.values.length === 80);
  expect(sorted(store.values)).toEqual(numbers(80));
});

it('shares with a second one, and takes everything back when that stops', async () => {
  const store = new MemoryStore();
  const [seenByOne, seenByTwo] = [new Set<number>(), new Set<number>()];
  const note = (seen: Set<number>) => (batch: LogBatch) => {
    seen.add(batch.partition);
    return store.commit(batch);
  };
  consume(store, note(seenByOne));
  await waitFor(async () => (await redis.hlen('log:{passes}:members:g')) === 1 + PARTITIONS);
  const two = consume(store, note(seenByTwo));
  let sent = 0;
  await waitFor(async () => {
    await append(sent, 40);
    sent += 40;
    return seenByTwo.size >= 2;
  });
  await waitFor(() => store.values.length === sent);
  await two.stop();
  seenByOne.clear();
  await waitFor(async () => {
    await append(sent, 40);
    sent += 40;
    return seenByOne.size === PARTITIONS;
  });
  await waitFor(() => store.values.length === sent);
  expect(sorted(store.values)).toEqual(numbers(sent));
});

it('reports an offset that the log never had, and goes on from the earliest record', async () => {
  const store = new MemoryStore();
  for (let partition = 0; partition < PARTITIONS; partition += 1) store.offsets.set(partition, '99999999999999-9');
  await append(0, 100);
  const consumer = consume(store);
  await waitFor(() => store.values.length === 100);
  expect(sorted(store.values)).toEqual(numbers(100));
  expect(consumer.health()).toMatchObject({ status: 'degraded', detail: expect.stringContaining('ahead of the log') as string });
});

it('lets the log drop what it has committed', async () => {
  const store = new MemoryStore();
  consume(store);
  await append(0, 5_000);
  await waitFor(() => store.values.length === 5_000);
  const length = async () => {
    const lengths = await Promise.all(Array.from({ length: PARTITIONS }, (_, id) => redis.xlen(`log:{passes:${id}}:stream`)));
    return lengths.reduce((sum, one) => sum + one, 0);
  };
  await waitFor(async () => (await length()) < 1_000);
  expect(await length()).toBeGreaterThan(0);
});

it('is idle without asking: no command but the lease while nothing comes', async () => {
  // The count is the whole server's.
  dedicated = await startRedis({ dedicated: true });
  redis.disconnect();
  connect(dedicated.url);
  const store = new MemoryStore();
  consume(store);
  await append(0, 40);
  await waitFor(() => store.values.length === 40);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const calls = async () => Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1]);
  const before = await calls();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  // 6 renewals of the lease, with the commands inside of their script.
  expect((await calls()) - before).toBeLessThan(40);
});

it('stops at once although it waits for records', async () => {
  const store = new MemoryStore();
  const consumer = consume(store);
  await waitFor(() => consumer.health().status === 'up');
  const started = performance.now();
  await consumer.stop();
  expect(performance.now() - started).toBeLessThan(SETTINGS.waitMs - 1_000);
  expect(await redis.hlen('log:{passes}:members:g')).toBe(0);
});
