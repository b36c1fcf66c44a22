// How many records per second one process takes in, and how many it counts: `npm run bench:dynamic -- [records] [uploads]`.
// Starts a durable Redis (appendfsync always) and the compiled service; first only takes in, then only counts; prints records per second of
// wall clock and processor time per record.
import { readFile } from 'node:fs/promises';
import { ConsumerGroup, STATIONS, Topic, VEHICLE_KINDS } from '@app/contracts';
import { startRedis, startService, startTokenIssuer, waitFor } from '@app/testing';
import { Redis } from 'ioredis';

const TICKS_PER_SECOND = 100;
const LINES_PER_UPLOAD = 5_000;

const count = Number(process.argv[2] ?? 100_000);
const concurrency = Number(process.argv[3] ?? 2);
const partitions = 8;
const now = Date.now();

/** The hash of a group's members in libs/streaming. Members that exist in name only hold all partitions: nothing is read until they are gone. */
const MEMBERS = `log:{${Topic.PassRecords}}:members:${ConsumerGroup.Dynamic}`;

function recordOf(index: number): string {
  return JSON.stringify({
    recordId: `bench-${index}`,
    stationCode: STATIONS[(index * 7_919) % STATIONS.length]?.code,
    lane: 1 + (index % 4),
    direction: index % 2 === 0 ? 'up' : 'down',
    passedAt: new Date(now - ((index * 104_729) % 3_600) * 1_000).toISOString(),
    plate: `浙A${10_000 + (index % 90_000)}`,
    plateColour: 2,
    vehicleKind: VEHICLE_KINDS[index % VEHICLE_KINDS.length],
    axleCount: 2 + (index % 5),
    grossWeight: 8_000 + ((index * 37) % 30_000),
    length: 12_000,
    speed: 55.5,
  });
}

const redis = await startRedis({ dedicated: true, durable: true });
const client = new Redis(redis.url);
await holdConsumer();
const issuer = await startTokenIssuer();
const service = await startService('dynamic', {
  REDIS_URL: redis.url,
  STREAMING_PARTITIONS: String(partitions),
  ...issuer.env,
  LOG_LEVEL: 'warn',
});
const permissions = ['dynamic:pass-records:write', 'dynamic:counters:read'];
const headers = await issuer.bearer({ aud: 'dynamic', permissions }, { expiresInSeconds: 3_600 });

async function serviceSeconds(): Promise<number> {
  const fields = (await readFile(`/proc/${service.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function redisSeconds(): Promise<number> {
  const info = await client.info('cpu');
  return Number(/used_cpu_sys:(\S+)/.exec(info)?.[1]) + Number(/used_cpu_user:(\S+)/.exec(info)?.[1]);
}

const uploads = Array.from({ length: Math.ceil(count / LINES_PER_UPLOAD) }, (_, part) =>
  Array.from({ length: Math.min(LINES_PER_UPLOAD, count - part * LINES_PER_UPLOAD) }, (__, line) =>
    recordOf(part * LINES_PER_UPLOAD + line),
  ).join('\n'),
);
async function holdConsumer(): Promise<void> {
  const forLong = String(now + 3_600_000);
  const members = Array.from({ length: 20 }, (_, index) => [`m:held-${index}`, forLong]).flat();
  const owners = Array.from({ length: partitions }, (_, index) => [`p:${index}`, `held-${index}`]).flat();
  await client.hset(MEMBERS, ...members, ...owners);
}

async function measure(work: () => Promise<void>) {
  const [serviceBefore, redisBefore, started] = [await serviceSeconds(), await redisSeconds(), performance.now()];
  await work();
  const seconds = (performance.now() - started) / 1_000;
  const perRecord = (processorSeconds: number) => `${((processorSeconds * 1e6) / count).toFixed(1)} µs`;
  return {
    perSecond: Math.round(count / seconds),
    service: perRecord((await serviceSeconds()) - serviceBefore),
    redis: perRecord((await redisSeconds()) - redisBefore),
  };
}

async function send(): Promise<void> {
  for (let body = uploads.pop(); body !== undefined; body = uploads.pop()) {
    const response = await fetch(`${service.url}/streams/pass-records`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
      body,
    });
    if (response.status !== 200) throw new Error(await response.text());
    await response.body?.cancel();
  }
}

async function isCounted(): Promise<boolean> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const outcomes = metrics.matchAll(/^dynamic_passes_processed_total\{[^}]*\} (\d+)/gm);
  return [...outcomes].reduce((sum, [, number]) => sum + Number(number), 0) >= count;
}

await waitFor(async () => (await client.hlen(MEMBERS)) === 20 + partitions + 1);
const taking = await measure(async () => {
  await Promise.all(Array.from({ length: concurrency }, send));
});
await client.del(MEMBERS);
const counting = await measure(async () => {
  await waitFor(isCounted, { timeoutMs: 120_000, intervalMs: 20 });
});
process.stdout.write(`${JSON.stringify({ records: count, taking, counting }, null, 2)}\n`);
client.disconnect();
await service.stop();
await Promise.all([redis.stop(), issuer.stop()]);
// The run's own host of servers holds the process open otherwise.
process.exit(0);
