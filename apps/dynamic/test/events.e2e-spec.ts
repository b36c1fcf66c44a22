import { get, type IncomingMessage } from 'node:http';
import type { LiveSnapshot, OverloadedPassEvent } from '@app/contracts';
import { passRecord, startRedis, startTokenIssuer, type TestClaims, type TestServer, type TokenIssuer, waitFor } from '@app/testing';
import { DynamicUnderTest } from './dynamic-under-test.js';

interface Received {
  event: string;
  data: unknown;
  at: number;
}

/** An open stream and what has come on it. */
class Listener {
  readonly received: Received[] = [];
  comments = 0;
  isEnded = false;

  private constructor(readonly response: IncomingMessage) {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) this.take(frame);
    });
    response.on('close', () => (this.isEnded = true));
    response.on('error', () => undefined);
  }

  static async open(dynamic: DynamicUnderTest, claims?: Partial<TestClaims>, headers: Record<string, string> = {}): Promise<Listener> {
    const authorization = await dynamic.headers(claims);
    return new Promise((resolve, reject) => {
      get(`${dynamic.service.url}/events`, { headers: { ...authorization, ...headers }, agent: false }, (response) => {
        resolve(new Listener(response));
      }).on('error', reject);
    });
  }

  get snapshots(): LiveSnapshot[] {
    return this.received.filter(({ event }) => event === 'snapshot').map(({ data }) => data as LiveSnapshot);
  }

  get passes(): OverloadedPassEvent[] {
    return this.received.filter(({ event }) => event === 'pass').map(({ data }) => data as OverloadedPassEvent);
  }

  close(): void {
    this.response.destroy();
  }

  private take(frame: string): void {
    if (frame.startsWith(':')) this.comments += 1;
    const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
    if (event !== undefined && data !== undefined) this.received.push({ event, data: JSON.parse(data), at: performance.now() });
  }
}

const OVERLOADED = { vehicleKind: 'train', axleCount: 6, grossWeight: 60_000 } as const;

let issuer: TokenIssuer;
let redis: TestServer;
let dynamic: DynamicUnderTest;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  redis = await startRedis({ dedicated: true });
  dynamic = await DynamicUnderTest.start(issuer, redis.url, { DYNAMIC_EVENT_CLIENTS: '5', DYNAMIC_EVENT_BUFFER: '65536' });
});

afterAll(async () => {
  await dynamic.service.stop();
  await redis.stop();
  await issuer.stop();
});

it('sends a snapshot at once, then each overloaded pass and a snapshot that has it', async () => {
  const listener = await Listener.open(dynamic, {}, { 'last-event-id': 'nonsense' });
  expect(listener.response.statusCode).toBe(200);
  expect(listener.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(listener.response.headers['x-request-id']).toBeDefined();
  await waitFor(() => listener.snapshots.length === 1);
  expect(listener.snapshots[0]!.minutes).toHaveLength(30);
  expect(listener.snapshots[0]!.minutes.at(-1)!.minute).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+08:00$/);

  const pass = passRecord({ ...OVERLOADED, stationCode: '3303020001' });
  await dynamic.send([pass, passRecord({ stationCode: '3303020001' }), passRecord({ stationCode: '3301020001' })]);
  await waitFor(() => listener.passes.length > 0);
  const { axleCount, direction, grossWeight, lane, passedAt, plate, plateColour, recordId, speed, stationCode, vehicleKind } = pass;
  const event = { axleCount, direction, grossWeight, lane, passedAt, plate, plateColour, recordId, speed, stationCode, vehicleKind };
  const expected = { ...event, limit: 49_000, overWeight: 8_000, overRate: 8_000 / 49_000 };
  expect(listener.passes).toEqual([expected]);
  const snapshot = await waitFor(() =>
    listener.snapshots.find(({ cities }) => cities['3303']?.passes === 2 && cities['3301']?.passes === 1),
  );
  expect(snapshot.cities).toEqual({ '3301': { passes: 1, overloads: 0 }, '3303': { passes: 2, overloads: 1 } });
  expect(snapshot.overloads).toEqual([expected]);
  expect(snapshot.minutes.reduce((sum, { passes }) => sum + passes, 0)).toBe(3);
  listener.close();

  const late = await Listener.open(dynamic);
  await waitFor(() => late.snapshots.length === 1);
  expect(late.snapshots[0]).toMatchObject({ cities: snapshot.cities, overloads: snapshot.overloads });
  late.close();
});

it('sends at most one snapshot a second, and none while nothing changes', async () => {
  const listener = await Listener.open(dynamic);
  await waitFor(() => listener.snapshots.length === 1);
  let sent = 0;
  for (const end = performance.now() + 3_500; performance.now() < end; sent += 1) {
    await dynamic.send([passRecord({ stationCode: '3304020001' })]);
  }
  await waitFor(() => listener.snapshots.at(-1)?.cities['3304']?.passes === sent);
  const times = listener.received.filter(({ event }) => event === 'snapshot').map(({ at }) => at);
  // The first tells the state as it was; the one after it may come as soon as something changes.
  expect(times.length).toBeGreaterThan(3);
  const gaps = times.slice(2).map((at, index) => at - times[index + 1]!);
  for (const gap of gaps) expect(gap).toBeGreaterThan(850);

  const shown = listener.snapshots.length;
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(listener.snapshots).toHaveLength(shown);
  expect(listener.passes).toEqual([]);
  listener.close();
});

it("shows a bearer only what lies in the bearer's area", async () => {
  const own = await Listener.open(dynamic, { area: '3305' });
  const all = await Listener.open(dynamic);
  await waitFor(() => own.snapshots.length === 1);
  expect(own.snapshots[0]).toMatchObject({ cities: {}, overloads: [] });
  const inside = passRecord({ ...OVERLOADED, stationCode: '3305020001' });
  await dynamic.send([passRecord({ ...OVERLOADED, stationCode: '3306020001' }), inside]);
  await waitFor(() => all.passes.length === 2 && own.passes.length === 1);
  const snapshot = await waitFor(() => own.snapshots.find(({ cities }) => cities['3305'] !== undefined));
  expect(snapshot.cities).toEqual({ '3305': { passes: 1, overloads: 1 } });
  expect(snapshot.minutes.reduce((sum, { passes }) => sum + passes, 0)).toBe(1);
  expect(snapshot.overloads.map(({ recordId }) => recordId)).toEqual([inside.recordId]);
  expect(own.passes.map(({ recordId }) => recordId)).toEqual([inside.recordId]);
  own.close();
  all.close();
});

it('reaches the streams of every instance', async () => {
  const other = await DynamicUnderTest.start(issuer, redis.url);
  const listener = await Listener.open(other);
  const pass = passRecord({ ...OVERLOADED, stationCode: '3307020001' });
  await dynamic.send([pass]);
  await waitFor(() => listener.passes.some(({ recordId }) => recordId === pass.recordId), { timeoutMs: 10_000 });
  const stopping = other.service.stop();
  await waitFor(() => listener.isEnded);
  expect(await stopping).toBe(0);
});

it('shows the newest 20 of many, newest first', async () => {
  const passes = Array.from({ length: 45 }, (_, index) => passRecord({ ...OVERLOADED, stationCode: `331${index % 2}020001` }));
  for (const pass of passes) await dynamic.send([pass]);
  const listener = await Listener.open(dynamic);
  const newest = passes
    .slice(-20)
    .reverse()
    .map(({ recordId }) => recordId);
  const shown = () => listener.snapshots.at(-1)?.overloads.map(({ recordId }) => recordId) ?? [];
  // The stations lie in different partitions, which are counted independently: the first of the list may be there before the others.
  await waitFor(() => shown().length === 20 && newest.every((recordId) => shown().includes(recordId)));
  expect(shown()).toEqual(newest);
  listener.close();
});

it('opens no more streams than it may, and ends that of a reader who does not read', async () => {
  const listeners = await Promise.all(Array.from({ length: 5 }, () => Listener.open(dynamic)));
  const refused = await fetch(`${dynamic.service.url}/events`, { headers: await dynamic.headers() });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await refused.json()).toMatchObject({ code: 'DYN_TOO_MANY_EVENT_STREAMS' });

  const [slow, ...others] = listeners;
  slow!.response.pause();
  slow!.response.socket.pause();
  const dropped = async () => /dynamic_event_streams_dropped_total 1\b/.test(await (await fetch(`${dynamic.service.url}/metrics`)).text());
  const flood = async () => {
    await dynamic.send(Array.from({ length: 2_000 }, () => passRecord({ ...OVERLOADED, stationCode: '3308020001' })));
    return dropped();
  };
  await waitFor(flood, { timeoutMs: 40_000 });
  expect(others.every(({ isEnded }) => !isEnded)).toBe(true);
  for (const listener of listeners) listener.close();
});

it('asks for a token with the permission', async () => {
  expect((await fetch(`${dynamic.service.url}/events`)).status).toBe(401);
  const headers = await dynamic.headers({ permissions: ['dynamic:counters:read'] });
  expect((await fetch(`${dynamic.service.url}/events`, { headers })).status).toBe(403);
});
