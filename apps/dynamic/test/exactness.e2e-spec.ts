import type { IngestAnswer, PassRecord } from '@app/contracts';
import { startRedis, startTokenIssuer, type TestServer, type TokenIssuer, waitFor } from '@app/testing';
import { Redis } from 'ioredis';
import { DynamicUnderTest } from './dynamic-under-test.js';
import { reportOf } from './independent-report.js';
import { manyRecords } from './many-records.js';

const BATCH = 1_000;
const byCity = ({ stationCode }: PassRecord) => stationCode.slice(0, 4);

let issuer: TokenIssuer;
let redis: TestServer;

beforeAll(async () => {
  issuer = await startTokenIssuer();
});

beforeEach(async () => {
  redis = await startRedis({ dedicated: true, durable: true });
});

afterEach(() => redis.stop());

afterAll(() => issuer.stop());

/** Sends in batches of 1,000, each again until it is answered, as a station does. */
async function sendAll(records: readonly PassRecord[], target: () => DynamicUnderTest, onBatch?: (sent: number) => void): Promise<void> {
  for (let first = 0; first < records.length; first += BATCH) {
    const batch = records.slice(first, first + BATCH);
    const answer = await waitFor<IngestAnswer | undefined>(() => target().send(batch), { timeoutMs: 60_000, intervalMs: 100 });
    expect(answer.accepted + answer.duplicates).toBe(batch.length);
    onBatch?.(first + batch.length);
  }
}

it('counts 50,000 records exactly although the process is killed in the middle, twice', async () => {
  const records = manyRecords(50_000, 7);
  const expected = reportOf(records, byCity);
  let dynamic = await DynamicUnderTest.start(issuer, redis.url);
  let restarting: Promise<void> | undefined;
  const killAt = new Set([15_000, 35_000]);
  await sendAll(
    records,
    () => dynamic,
    (sent) => {
      if (!killAt.has(sent)) return;
      restarting = dynamic.service.kill().then(async () => {
        dynamic = await DynamicUnderTest.start(issuer, redis.url);
      });
    },
  );
  await restarting;
  await waitFor(async () => (await dynamic.counters()).totals.passes === expected.totals.passes, { timeoutMs: 60_000 });
  expect(await dynamic.counters()).toEqual(expected);
  await dynamic.service.stop();
}, 240_000);

it('shares partitions between instances, hands them over when one is killed, and counts nothing twice', async () => {
  const records = manyRecords(16_000, 11);
  const expected = reportOf(records, byCity);
  const one = await DynamicUnderTest.start(issuer, redis.url);
  const two = await DynamicUnderTest.start(issuer, redis.url);
  const client = new Redis(redis.url);
  const readers = async () => {
    const state = await client.hgetall('log:{pass-records}:members:dynamic');
    return Object.entries(state).flatMap(([field, member]) => (field.startsWith('p:') ? [member] : []));
  };
  await waitFor(async () => new Set(await readers()).size === 2, { timeoutMs: 10_000 });
  expect((await readers()).length).toBe(8);

  let sent = 0;
  const targets = [one, two];
  const sending = sendAll(
    records,
    () => targets[sent % targets.length] ?? two,
    (count) => (sent = count / BATCH),
  );
  await waitFor(() => sent >= 5, { timeoutMs: 60_000 });
  targets.shift();
  await one.service.kill();
  await waitFor(async () => new Set(await readers()).size === 1);
  await sending;
  await waitFor(async () => (await two.counters()).totals.passes === expected.totals.passes, { timeoutMs: 60_000 });
  expect(await two.counters()).toEqual(expected);
  client.disconnect();
  await two.service.stop();
}, 240_000);

it('keeps what it has acknowledged when Redis is killed, and goes on by itself when it is back', async () => {
  const records = manyRecords(8_000, 13);
  const expected = reportOf(records, byCity);
  const dynamic = await DynamicUnderTest.start(issuer, redis.url);
  let sent = 0;
  const sending = sendAll(
    records,
    () => dynamic,
    (count) => (sent = count),
  );
  await waitFor(() => sent >= 3_000, { timeoutMs: 30_000 });
  const { port, password, dataDir } = redis;
  await redis.kill();
  redis = await startRedis({ dedicated: true, durable: true, port, keep: { dataDir, password } });
  await sending;
  await waitFor(async () => (await dynamic.counters()).totals.passes === expected.totals.passes, { timeoutMs: 60_000 });
  expect(await dynamic.counters()).toEqual(expected);
  await dynamic.service.stop();
}, 240_000);

it('starts again from the earliest record when the log is not the one that its offset came from, and says so', async () => {
  const records = manyRecords(2_000, 17);
  const expected = reportOf(records, byCity);
  const client = new Redis(redis.url);
  for (let partition = 0; partition < 8; partition += 1) {
    await client.set(`dynamic:{pass-records:${partition}}:offset`, '99999999999999-0');
  }
  client.disconnect();
  const dynamic = await DynamicUnderTest.start(issuer, redis.url);
  await sendAll(records, () => dynamic);
  await waitFor(async () => (await dynamic.counters()).totals.passes === expected.totals.passes, { timeoutMs: 30_000 });
  expect(await dynamic.counters()).toEqual(expected);
  const ready = await fetch(`${dynamic.service.url}/health/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ checks: { 'log-pass-records': { status: 'degraded' } } });
  expect((await dynamic.service.logs()).some(({ level, standing }) => level === 'error' && standing === 'ahead')).toBe(true);
  await dynamic.service.stop();
}, 120_000);

it('passes over records that are no pass records', async () => {
  const records = manyRecords(500, 19);
  const dynamic = await DynamicUnderTest.start(issuer, redis.url);
  await dynamic.send(records.slice(0, 250));
  const client = new Redis(redis.url);
  for (let partition = 0; partition < 8; partition += 1)
    await client.xadd(`log:{pass-records:${partition}}:stream`, '*', 'v', '{"not":"a pass"}');
  client.disconnect();
  await dynamic.send(records.slice(250));
  const expected = reportOf(records, byCity);
  await waitFor(async () => (await dynamic.counters()).totals.passes === expected.totals.passes, { timeoutMs: 30_000 });
  expect(await dynamic.counters()).toEqual(expected);
  const reports = (await dynamic.service.logs()).filter(({ msg }) => msg.startsWith('Records of the log are no pass records'));
  expect(reports.reduce((sum, { count }) => sum + Number(count), 0)).toBe(8);
  expect(await dynamic.service.stop()).toBe(0);
}, 120_000);
