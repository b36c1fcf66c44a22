import { randomUUID } from 'node:crypto';
import { startRedis, type TestServer } from '@app/testing';
import { Redis } from 'ioredis';
import { AppendedMarksRepository } from '../src/marks/appended-marks.repository.js';
import { markOf } from '../src/marks/record-mark.js';
import type { PassBatch } from '../src/passes/pass-batch.js';
import { PassesRepository } from '../src/passes/passes.repository.js';

const STATION = '3301020001';
const PREFIX = 'dynamic:{pass-records:0}:';

let server: TestServer;
let redis: Redis;
let passes: PassesRepository;
let appended: AppendedMarksRepository;

beforeAll(async () => {
  server = await startRedis({ dedicated: true });
  redis = new Redis(server.url);
  passes = new PassesRepository(redis);
  appended = new AppendedMarksRepository(redis);
});

beforeEach(() => redis.flushall());

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function batchOf(marks: string[]): PassBatch {
  const each = <T>(value: T) => marks.map(() => value);
  return {
    stations: [{ code: STATION, marks, counter: each(1), arrival: each(1), kind: each(1), gross: each(10_000), over: each(0) }],
    counters: [[STATION, '495232', '20635', '2026-07']],
    arrivals: [['29713930', '20635', '330102']],
    events: [],
  };
}

const newMarks = (count: number) => Array.from({ length: count }, () => markOf(randomUUID()));

it('knows every mark of a station however many there are, in small sets of integers', async () => {
  const marks = newMarks(40_000);
  let from = '0';
  for (let first = 0; first < marks.length; first += 1_000) {
    const to = `${first + 1}-0`;
    expect(await passes.commit({ partition: 0, from, to }, batchOf(marks.slice(first, first + 1_000)))).toBe(1_000);
    from = to;
  }
  expect(await passes.commit({ partition: 0, from, to: 'end' }, batchOf([...marks.slice(0, 900), ...newMarks(100)]))).toBe(100);
  const records = marks.slice(20_000, 21_000).map((mark) => ({ stationCode: STATION, mark }));
  expect((await appended.findKnown(0, [...records, { stationCode: STATION, mark: newMarks(1)[0]! }])).size).toBe(1_000);
  expect((await appended.findKnown(0, [{ stationCode: '3301020002', mark: marks[0]! }])).size).toBe(0);

  const keys = await redis.keys(`${PREFIX}m:*`);
  const sizes = await Promise.all(keys.map((key) => redis.scard(key)));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(40_100);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(512);
  const encodings = await Promise.all(keys.map((key) => redis.object('ENCODING', key)));
  expect(new Set(encodings)).toEqual(new Set(['intset']));
  const bytes = await Promise.all(keys.map((key) => redis.memory('USAGE', key)));
  expect(bytes.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 40_100).toBeLessThan(12);
});

it('changes nothing when the stored offset is another one', async () => {
  const marks = newMarks(3);
  expect(await passes.commit({ partition: 0, from: '0', to: '5-0' }, batchOf(marks))).toBe(3);
  const before = await redis.dbsize();
  expect(await passes.commit({ partition: 0, from: '0', to: '7-0' }, batchOf(newMarks(3)))).toBeUndefined();
  expect(await passes.load('pass-records', 0)).toBe('5-0');
  expect(await redis.dbsize()).toBe(before);
  expect(await redis.hgetall(`${PREFIX}hour:495232`)).toEqual({ [STATION]: '3,3,0,0,30000,0' });
});

it('remembers what is appended until it is counted, and not longer', async () => {
  const records = newMarks(600).map((mark) => ({ stationCode: STATION, mark }));
  expect((await appended.findKnown(0, records)).size).toBe(0);
  await appended.note(0, records);
  expect((await appended.findKnown(0, records)).size).toBe(600);
  const marks = records.map(({ mark }) => mark);
  expect(await passes.commit({ partition: 0, from: '0', to: '1-0' }, batchOf(marks))).toBe(600);
  expect(await redis.exists(`${PREFIX}appended:${STATION}`)).toBe(0);
  // The consumer was faster than the note.
  await appended.note(0, records);
  expect(await redis.exists(`${PREFIX}appended:${STATION}`)).toBe(0);
  expect((await appended.findKnown(0, records)).size).toBe(600);
});
