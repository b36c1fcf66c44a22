import { connect, type Socket } from 'node:net';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { blockingQuery } from '../src/http/blocking-query.js';
import { ConsulServer } from '../src/http/consul-server.js';
import type { Route } from '../src/http/router.js';
import { TRAFFIC_LIMITS, type TrafficLimits } from '../src/limits.js';
import { Watchers } from '../src/store/watchers.js';

const logger = createLogger('test');
logger.level = 'silent';

/** More than the system takes of an answer that nobody reads. */
const LONG = 'x'.repeat(16 * 1024 * 1024);

describe('what the Consul API has under way', () => {
  let server: ConsulServer;
  let watchers: Watchers;
  let index: number;
  let port: number;
  let open: Client[];

  interface Client {
    readonly socket: Socket;
    text(): string;
    isClosed(): boolean;
  }

  beforeEach(() => {
    watchers = new Watchers();
    index = 1;
    open = [];
  });

  afterEach(async () => {
    for (const { socket } of open) socket.destroy();
    await server.close();
  });

  async function start(limits: Partial<TrafficLimits>): Promise<void> {
    const routes: Route[] = [
      { path: '/wait', methods: { GET: (request) => blockingQuery(request, watchers, { topics: ['t'] }, () => ({ index, json: index })) } },
      { path: '/echo', methods: { PUT: ({ body }) => ({ json: body.length }) } },
      { path: '/long', methods: { GET: () => ({ pieces: { bytes: LONG.length, parts: (LONG.match(/.{65536}/g) ?? []).values() } }) } },
      { path: '/short', methods: { GET: () => ({ json: 'short' }) } },
    ];
    const options = { host: '127.0.0.1', port: 0, token: undefined, datacenter: 'dc1', limits: { ...TRAFFIC_LIMITS, ...limits } };
    server = new ConsulServer(routes, options, logger);
    port = await server.listen();
  }

  function send(head: string, body = ''): Client {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let isClosed = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => (isClosed = true));
    socket.write(`${head} HTTP/1.1\r\nhost: agent\r\n${body === '' ? '\r\n' : body}`);
    const client = { socket, text: () => text, isClosed: () => isClosed };
    open.push(client);
    return client;
  }

  const answered = async (client: Client, what: string) => {
    await waitFor(() => client.text().includes(what));
    return client.text();
  };

  it('heldQueries: answers one more with 429, and holds again when one has been answered', async () => {
    await start({ heldQueries: 2 });
    const held = [send('GET /wait?index=1'), send('GET /wait?index=1')];
    await waitFor(async () => (await answerOf('/wait?index=1&wait=1ms')).status === 429);
    const refused = await answerOf('/wait?index=1');
    expect(refused).toEqual({ status: 429, text: 'Limit reached: 2 blocking queries are held; try again later' });
    expect((await answerOf('/wait')).status).toBe(200);
    index = 2;
    watchers.wake(new Set(['t']));
    for (const client of held) await answered(client, ' 200 ');
    expect((await answerOf('/wait?index=2&wait=1ms')).status).toBe(200);
  });

  it('bodyBytes: answers with 429 what is too much together, and takes it when the others are done', async () => {
    await start({ bodyBytes: 100 });
    const slow = send('PUT /echo', `content-length: 80\r\n\r\n${'a'.repeat(79)}`);
    await waitFor(async () => (await put('b'.repeat(30))).status === 429);
    expect(await put('b'.repeat(30))).toEqual({
      status: 429,
      text: 'Limit reached: the bodies of the requests under way are too much together; try again later',
    });
    expect((await put('b'.repeat(20))).status).toBe(200);
    slow.socket.write('a');
    await answered(slow, '\r\n\r\n80');
    expect((await put('b'.repeat(30))).status).toBe(200);
  });

  it('bodyBytes: a body of a read, which says nothing, counts nothing however long the read is held', async () => {
    await start({ bodyBytes: 100 });
    send('GET /wait?index=1', `content-length: 90\r\n\r\n${'a'.repeat(90)}`);
    await waitFor(async () => (await put('b'.repeat(90))).status === 200);
    expect((await put('b'.repeat(90))).status).toBe(200);
  });

  it('answerBytes: answers with 429 while another takes a long answer slowly, and again when that one is gone', async () => {
    await start({ answerBytes: LONG.length + 1_000 });
    const slow = send('GET /long');
    slow.socket.once('data', () => slow.socket.pause());
    await answered(slow, ' 200 ');
    expect(await answerOf('/long')).toEqual({
      status: 429,
      text: 'Limit reached: the answers under way are too much together; try again later',
    });
    expect((await answerOf('/short')).status).toBe(200);
    slow.socket.destroy();
    await waitFor(async () => (await answerOf('/long')).status === 200);
    expect((await answerOf('/long')).text).toBe(LONG);
  });

  it('stalledMs: cuts off a client that takes nothing of its answer, and not one that waits or is idle', async () => {
    await start({ stalledMs: 100, answerBytes: LONG.length + 1_000 });
    const idle = send('GET /short');
    await answered(idle, '"short"');
    const waiting = send('GET /wait?index=1');
    const stalled = send('GET /long');
    stalled.socket.once('data', () => stalled.socket.pause());
    await answered(stalled, ' 200 ');
    // Its share is free again as soon as it is cut off.
    await waitFor(async () => (await answerOf('/long')).status === 200);
    stalled.socket.resume();
    await waitFor(() => stalled.isClosed());
    expect(stalled.text().length).toBeLessThan(LONG.length);
    index = 2;
    watchers.wake(new Set(['t']));
    await answered(waiting, ' 200 ');
    idle.socket.write('GET /short HTTP/1.1\r\nhost: agent\r\n\r\n');
    await waitFor(() => idle.text().split('"short"').length === 3);
  });

  it('connections: closes one more than it may have', async () => {
    await start({ connections: 2 });
    await answered(send('GET /short'), '"short"');
    await answered(send('GET /short'), '"short"');
    const surplus = send('GET /short');
    await waitFor(() => surplus.isClosed());
    expect(surplus.text()).toBe('');
  });

  async function answerOf(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
    return { status: response.status, text: await response.text() };
  }

  async function put(body: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'PUT', body, headers: { connection: 'close' } });
    return { status: response.status, text: await response.text() };
  }
});
