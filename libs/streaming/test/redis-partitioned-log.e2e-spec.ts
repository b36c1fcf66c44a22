import { AppError } from '@app/errors';
import { freshRedis } from '@app/testing';
import { Redis } from 'ioredis';
import { partitionOf } from '../src/partition.js';
import { BEGINNING } from '../src/partitioned-log.js';
import { type RedisLogSettings, RedisPartitionedLog } from '../src/redis/redis-partitioned-log.js';

const TOPIC = 'passes';
const KEY = '3301020001';

const settings: RedisLogSettings = { partitions: 4, groups: ['a', 'b'], backlogLimit: 1_000, tail: 0, waitMs: 2_000, leaseMs: 1_000 };
const partition = partitionOf(KEY, settings.partitions);

let redis: Redis;

beforeEach(async () => {
  redis = new Redis((await freshRedis()).url);
});

afterEach(() => {
  redis.disconnect();
});

function createLog(overrides: Partial<RedisLogSettings> = {}): RedisPartitionedLog {
  return new RedisPartitionedLog(redis, { ...settings, ...overrides });
}

async function fill(log: RedisPartitionedLog, count: number, first = 0): Promise<void> {
  await log.append(
    TOPIC,
    Array.from({ length: count }, (_, index) => ({ key: KEY, value: `${first + index}` })),
  );
}

describe('appending and reading', () => {
  it('keeps the records of a key in order in one partition, however many are appended at once', async () => {
    const log = createLog({ backlogLimit: 5_000 });
    await fill(log, 2_500);
    const records = await log.read(TOPIC, partition, BEGINNING, 10_000);
    expect(records.map((record) => record.value)).toEqual(Array.from({ length: 2_500 }, (_, index) => `${index}`));
    expect(Math.abs(Date.now() - records[0]!.at)).toBeLessThan(10_000);
    const rest = await log.read(TOPIC, partition, records[2_497]!.offset, 10);
    expect(rest.map((record) => record.value)).toEqual(['2498', '2499']);
  });

  it('keeps a header beside the value, for every kind of reader, and none where there is none', async () => {
    const log = createLog();
    await log.append(TOPIC, [
      { key: KEY, value: 'one', header: '18000' },
      { key: KEY, value: 'two' },
      { key: KEY, value: 'three', header: 'none' },
    ]);
    const headers = [
      ['one', '18000'],
      ['two', undefined],
      ['three', 'none'],
    ];
    const records = await log.read(TOPIC, partition, BEGINNING, 10);
    expect(records.map(({ value, header }) => [value, header])).toEqual(headers);
    const reader = log.openReader(TOPIC);
    const waited = await reader.read(new Map([[partition, BEGINNING]]), 10, 100);
    await reader.close();
    expect(waited.get(partition)?.map(({ value, header }) => [value, header])).toEqual(headers);
  });

  it('spreads keys over partitions and bounds each', async () => {
    const log = createLog();
    const keys = Array.from({ length: 40 }, (_, index) => `33010200${10 + index}`);
    await log.append(
      TOPIC,
      keys.map((key) => ({ key, value: key })),
    );
    for (let id = 0; id < settings.partitions; id += 1) {
      const records = await log.read(TOPIC, id, BEGINNING, 100);
      expect(records.map((record) => record.value)).toEqual(keys.filter((key) => partitionOf(key, settings.partitions) === id));
      expect(await log.bounds(TOPIC, id)).toEqual({ earliest: records[0]!.offset, latest: records.at(-1)!.offset });
    }
  });

  it('refuses another number of partitions than the topic has', async () => {
    await fill(createLog(), 1);
    await expect(createLog({ partitions: 8 }).open(TOPIC)).rejects.toThrow(
      'streaming.partitions is 8, but topic passes has 4 partitions: set it back to 4',
    );
    await expect(fill(createLog({ partitions: 8 }), 1)).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
  });
});

describe('backlog', () => {
  it('refuses records above the limit with a retriable error, all or none of a partition', async () => {
    const log = createLog();
    await fill(log, 999);
    const refusal = await fill(log, 2).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'STREAM_BACKLOG_FULL', status: 503, retriable: true, details: { retryAfterSeconds: 2 } });
    expect(await log.read(TOPIC, partition, BEGINNING, 2_000)).toHaveLength(999);
    await fill(log, 1);
  });

  it('refuses records when Redis is out of memory', async () => {
    const log = createLog();
    await fill(log, 1);
    const server = redis.duplicate();
    const limit = await server.config('GET', 'maxmemory');
    try {
      await server.config('SET', 'maxmemory', '1000000');
      await expect(fill(log, 1)).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE', retriable: true });
    } finally {
      await server.config('SET', 'maxmemory', limit[1] ?? '0');
      server.disconnect();
    }
    await fill(log, 1);
  });

  it('drops only what every group has committed, and takes new records then', async () => {
    const log = createLog();
    await fill(log, 1_000);
    const records = await log.read(TOPIC, partition, BEGINNING, 1_000);
    await log.committed(TOPIC, partition, 'a', records[999]!.offset);
    expect(await log.read(TOPIC, partition, BEGINNING, 2_000)).toHaveLength(1_000);
    await log.committed(TOPIC, partition, 'b', records[599]!.offset);
    const { earliest } = await log.bounds(TOPIC, partition);
    const position = records.findIndex((record) => record.offset === earliest);
    expect(position).toBeGreaterThan(400);
    expect(position).toBeLessThanOrEqual(599);
    expect(await log.standing(TOPIC, partition, records[599]!.offset)).toBe('within');
    await fill(log, 300);
  });

  it('is not held back by a group that was given up, but by a configured one that never ran', async () => {
    const before = createLog({ groups: ['a', 'old'] });
    await fill(before, 1_000);
    const records = await before.read(TOPIC, partition, BEGINNING, 1_000);
    await before.committed(TOPIC, partition, 'old', records[0]!.offset);

    const after = createLog();
    await after.committed(TOPIC, partition, 'a', records[999]!.offset);
    expect(await after.read(TOPIC, partition, BEGINNING, 2_000)).toHaveLength(1_000);
    await after.committed(TOPIC, partition, 'b', records[999]!.offset);
    expect((await after.read(TOPIC, partition, BEGINNING, 2_000)).length).toBeLessThan(200);
    await fill(after, 500);
  });

  it('keeps a tail for replay', async () => {
    const log = createLog({ tail: 700 });
    await fill(log, 1_000);
    const records = await log.read(TOPIC, partition, BEGINNING, 1_000);
    for (const group of settings.groups) await log.committed(TOPIC, partition, group, records[999]!.offset);
    const left = (await log.read(TOPIC, partition, BEGINNING, 1_000)).length;
    expect(left).toBeGreaterThanOrEqual(700);
    expect(left).toBeLessThan(900);
  });
});

describe('standing of a stored offset', () => {
  it('knows a fresh start, a record that is there, one that was dropped and one that the log never had', async () => {
    const log = createLog();
    expect(await log.standing(TOPIC, partition, BEGINNING)).toBe('within');
    expect(await log.standing(TOPIC, partition, '1700000000000-0')).toBe('ahead');
    await fill(log, 1_000);
    const records = await log.read(TOPIC, partition, BEGINNING, 1_000);
    for (const group of settings.groups) await log.committed(TOPIC, partition, group, records[999]!.offset);
    expect(await log.standing(TOPIC, partition, records[999]!.offset)).toBe('within');
    expect(await log.standing(TOPIC, partition, records[0]!.offset)).toBe('trimmed');
    expect(await log.standing(TOPIC, partition, BEGINNING)).toBe('trimmed');
    expect(await log.standing(TOPIC, partition, '99999999999999-0')).toBe('ahead');
  });
});

describe('a reader', () => {
  it('waits for records of any of its partitions, can be woken and ends at once when closed', async () => {
    const log = createLog();
    const reader = log.openReader(TOPIC);
    const positions = new Map(Array.from({ length: settings.partitions }, (_, id) => [id, BEGINNING]));
    const waiting = reader.read(positions, 10, 2_000);
    await fill(log, 3);
    const found = await waiting;
    expect([...found.keys()]).toEqual([partition]);
    expect(found.get(partition)!.length).toBeGreaterThan(0);

    const started = performance.now();
    const idle = reader.read(new Map([[partition, found.get(partition)!.at(-1)!.offset.replace(/^\d+/, '99999999999999')]]), 10, 60_000);
    reader.wake();
    expect((await idle).size).toBe(0);

    const last = reader.read(new Map([[partition, '99999999999999-0']]), 10, 60_000).catch((error: unknown) => error);
    await reader.close();
    expect(await last).toBeInstanceOf(Error);
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});

describe('a group', () => {
  it('gives a lone member everything, shares fairly with those who come, and takes back what leaves or dies', async () => {
    const log = createLog({ partitions: 8, leaseMs: 1_000 });
    const [one, two, three] = [log.join(TOPIC, 'a'), log.join(TOPIC, 'a'), log.join(TOPIC, 'a')];
    expect(await one.renew()).toHaveLength(8);
    const ofTwo = await two.renew();
    const ofOne = await one.renew();
    expect([ofOne.length, ofTwo.length]).toEqual([4, 4]);
    expect(new Set([...ofOne, ...ofTwo]).size).toBe(8);

    const ofThree = await three.renew();
    const shares = [await one.renew(), await two.renew(), ofThree];
    expect(shares.map((share) => share.length).sort()).toEqual([2, 3, 3]);
    expect(new Set(shares.flat()).size).toBe(8);
    expect(await one.renew()).toEqual(shares[0]);

    await three.leave();
    expect((await one.renew()).length + (await two.renew()).length).toBe(8);
    const dead = performance.now();
    while ((await one.renew()).length < 8) {
      expect(performance.now() - dead).toBeLessThan(20_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(performance.now() - dead).toBeGreaterThan(800);
  });

  it('is refused when the log does not keep records for it', () => {
    expect(() => createLog().join(TOPIC, 'old')).toThrow('The consumer group old is not in streaming.groups (a, b)');
  });

  it('keeps groups apart', async () => {
    const log = createLog();
    expect(await log.join(TOPIC, 'a').renew()).toHaveLength(4);
    expect(await log.join(TOPIC, 'b').renew()).toHaveLength(4);
  });
});
