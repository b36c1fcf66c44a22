import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { blockingQuery } from '../src/http/blocking-query.js';
import type { ConsulRequest, ConsulResponse } from '../src/http/consul-request.js';
import { ConsulServer } from '../src/http/consul-server.js';
import type { Route } from '../src/http/router.js';
import { MADE_WHILE_SENT_BYTES, SHORT_ANSWER_BYTES, SHORT_BODY_BYTES, TRAFFIC_LIMITS, type TrafficLimits } from '../src/limits.js';
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
  let asked: number;
  let waits: number;

  interface Client {
    readonly socket: Socket;
    text(): string;
    isClosed(): boolean;
  }

  beforeEach(() => {
    watchers = new Watchers();
    index = 1;
    open = [];
    asked = 0;
    waits = 0;
  });

  afterEach(async () => {
    for (const { socket } of open) socket.destroy();
    await server.close();
  });

  function waitForIndex(request: ConsulRequest): Promise<ConsulResponse> {
    waits += 1;
    return blockingQuery(request, watchers, { topics: ['t'] }, () => ({ index, json: index }));
  }

  /** An answer that has its room before it is there. */
  async function answerLater(request: ConsulRequest): Promise<ConsulResponse> {
    request.reserve?.(LONG.length);
    await waitForIndex(request);
    return { json: index };
  }

  async function start(limits: Partial<TrafficLimits>): Promise<void> {
    const routes: Route[] = [
      { path: '/wait', methods: { GET: waitForIndex } },
      { path: '/echo', methods: { PUT: ({ body }) => ({ json: body.length }) } },
      { path: '/long', methods: { GET: () => ({ pieces: { bytes: LONG.length, parts: (LONG.match(/.{65536}/g) ?? []).values() } }) } },
      { path: '/whole', methods: { GET: () => ({ text: LONG }) } },
      { path: '/written', methods: { GET: () => ({ text: LONG, isOfWrite: true }) } },
      { path: '/reserved', methods: { GET: answerLater } },
      { path: '/edge', methods: { GET: () => ({ text: LONG.slice(0, SHORT_ANSWER_BYTES) }) } },
      { path: '/count', methods: { GET: () => ({ json: (asked += 1) }) } },
      { path: '/short', methods: { GET: () => ({ json: 'short' }) } },
    ];
    const options = {
      host: '127.0.0.1',
      port: 0,
      token: undefined,
      datacenter: 'dc1',
      limits: { ...TRAFFIC_LIMITS, yieldMs: Infinity, ...limits },
    };
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

  const LONG_BODY = 'b'.repeat(SHORT_BODY_BYTES + 1);
  const TOO_MUCH = { status: 429, text: 'Limit reached: the bodies of the requests under way are too much together; try again later' };

  /** All but the last byte of a body. */
  const unfinished = (length: number) => send('PUT /echo', `content-length: ${length}\r\n\r\n${'a'.repeat(length - 1)}`);

  it('bodyBytes: answers with 429 what is too much together, and takes it when the others are done', async () => {
    await start({ bodyBytes: 2 * LONG_BODY.length });
    const slow = unfinished(LONG_BODY.length + 100);
    await waitFor(async () => (await put(LONG_BODY)).status === 429);
    expect(await put(LONG_BODY)).toEqual(TOO_MUCH);
    slow.socket.write('a');
    await answered(slow, `\r\n\r\n${LONG_BODY.length + 100}`);
    expect((await put(LONG_BODY)).status).toBe(200);
  });

  it('bodyBytes: always reads a short body, however much others have under way', async () => {
    await start({ bodyBytes: 100 });
    unfinished(LONG_BODY.length);
    await waitFor(async () => (await put(LONG_BODY)).status === 429);
    expect(await put(LONG_BODY.slice(1))).toEqual({ status: 200, text: String(SHORT_BODY_BYTES) });
  });

  it('yieldMs: a body that comes slowly gives way to another that needs its room', async () => {
    await start({ bodyBytes: 2 * LONG_BODY.length, yieldMs: 50 });
    const slow = unfinished(LONG_BODY.length + 100);
    await waitFor(async () => (await put(LONG_BODY)).status === 200 && slow.isClosed());
    expect(slow.text()).toContain(TOO_MUCH.text);
    expect((await put(LONG_BODY)).status).toBe(200);
  });

  it('unfinishedMs: closes a connection on which the rest of a request does not come, and none that waits or is idle', async () => {
    await start({ unfinishedMs: 200 });
    const waiting = send('GET /wait?index=1');
    const idle = send('GET /short');
    await answered(idle, '"short"');
    const stalled = [unfinished(2), unfinished(LONG_BODY.length), send('GET /short', 'x-unfinished: 1')];
    for (const client of stalled) await answered(client, ' 408 ');
    await waitFor(() => stalled.every((client) => client.isClosed()));
    index = 2;
    watchers.wake(new Set(['t']));
    await answered(waiting, ' 200 ');
    idle.socket.write('GET /short HTTP/1.1\r\nhost: agent\r\n\r\n');
    await waitFor(() => idle.text().split('"short"').length === 3);
  });

  it('requestMs: closes a connection on which a request comes a little at a time, and none that waits', async () => {
    await start({ unfinishedMs: 500, requestMs: 1_000 });
    const waiting = send('GET /wait?index=1');
    await waitFor(() => waits === 1);
    const steady = send('PUT /echo', 'content-length: 100000\r\n\r\n');
    const dripping = setInterval(() => steady.socket.write('a'), 20);
    steady.socket.once('close', () => clearInterval(dripping));
    await waitFor(() => steady.isClosed(), { timeoutMs: 20_000 });
    expect(steady.text()).not.toContain(' 200 ');
    index = 2;
    watchers.wake(new Set(['t']));
    await answered(waiting, ' 200 ');
  });

  it('bodyBytes: a body of a read, which says nothing, counts nothing however long the read is held', async () => {
    await start({ bodyBytes: 100 });
    send('GET /wait?index=1', `content-length: 90\r\n\r\n${'a'.repeat(90)}`);
    await waitFor(async () => (await put('b'.repeat(90))).status === 200);
    expect((await put('b'.repeat(90))).status).toBe(200);
  });

  const REFUSED = { status: 429, text: 'Limit reached: the answers under way are too much together; try again later' };

  /** Takes the first of an answer, and no more until it is told to. */
  async function stall(path: string): Promise<Client> {
    const slow = send(`GET ${path}`);
    slow.socket.once('data', () => slow.socket.pause());
    await answered(slow, ' 200 ');
    return slow;
  }

  it('answerBytes: answers with 429 while another takes a long answer slowly, and again when that one is gone', async () => {
    await start({ answerBytes: LONG.length + 1_000 });
    const slow = await stall('/whole');
    expect(await answerOf('/long')).toEqual(REFUSED);
    slow.socket.destroy();
    await waitFor(async () => (await answerOf('/long')).status === 200);
    expect((await answerOf('/long')).text).toBe(LONG);
  });

  it('answerBytes: never refuses a short answer, however much a slow reader has under way', async () => {
    await start({ answerBytes: 1_000 });
    await stall('/whole');
    expect((await answerOf('/edge')).text).toHaveLength(SHORT_ANSWER_BYTES);
    expect(await put('')).toEqual({ status: 200, text: '0' });
    expect(await answerOf('/long')).toEqual(REFUSED);
  });

  it('answerBytes: never refuses the answer of a write that has had its effect', async () => {
    await start({ answerBytes: 1_000 });
    await stall('/whole');
    expect((await answerOf('/written')).text).toBe(LONG);
    expect(await answerOf('/long')).toEqual(REFUSED);
  });

  it('answerBytes: room that was taken before there is an answer is not given away, and is free when it is sent or nobody waits', async () => {
    await start({ answerBytes: MADE_WHILE_SENT_BYTES, yieldMs: 0 });
    for (const ending of ['sent', 'gone']) {
      const waiting = send(`GET /reserved?index=${index}`);
      await waitFor(async () => (await answerOf('/long')).status === 429);
      if (ending === 'gone') waiting.socket.destroy();
      index += 1;
      watchers.wake(new Set(['t']));
      if (ending === 'sent') await answered(waiting, ` 200 `);
      await waitFor(async () => (await answerOf('/long')).status === 200);
    }
  });

  it('answerBytes: an answer that is made while it is sent counts for what is in memory, not for its length', async () => {
    await start({ answerBytes: 2 * MADE_WHILE_SENT_BYTES });
    await stall('/long');
    expect((await answerOf('/long')).text).toBe(LONG);
    await stall('/long');
    expect(await answerOf('/long')).toEqual(REFUSED);
  });

  it('yieldMs: of the long answers the slowest gives way to another that needs its room', async () => {
    await start({ answerBytes: 2 * MADE_WHILE_SENT_BYTES, yieldMs: 50 });
    const [first, second] = [await stall('/long'), await stall('/long')];
    await waitFor(async () => (await answerOf('/long')).text === LONG);
    for (const { socket } of [first, second]) socket.resume();
    await waitFor(() => first.isClosed());
    expect(first.text().length).toBeLessThan(LONG.length);
    await waitFor(() => second.text().length > LONG.length);
  });

  it('stalledMs: cuts off a client that takes nothing of its answer, and not one that waits or is idle', async () => {
    await start({ stalledMs: 100, answerBytes: LONG.length + 1_000 });
    const idle = send('GET /short');
    await answered(idle, '"short"');
    const waiting = send('GET /wait?index=1');
    const stalled = await stall('/long');
    // Its share is free again as soon as it is cut off.
    await waitFor(async () => (await answerOf('/whole')).status === 200);
    stalled.socket.resume();
    await waitFor(() => stalled.isClosed());
    expect(stalled.text().length).toBeLessThan(LONG.length);
    index = 2;
    watchers.wake(new Set(['t']));
    await answered(waiting, ' 200 ');
    idle.socket.write('GET /short HTTP/1.1\r\nhost: agent\r\n\r\n');
    await waitFor(() => idle.text().split('"short"').length === 3);
  });

  /** Takes an answer a little at a time. */
  function drip({ socket }: Client, everyMs: number): void {
    socket.on('data', () => {
      socket.pause();
      setTimeout(() => socket.resume(), everyMs);
    });
  }

  it.each(['/long', '/whole'])(
    'leastBytes: cuts off a client that takes some of its answer, but too little of it: %s',
    async (path) => {
      await start({ stalledMs: 1_000, leastBytes: LONG.length, answerBytes: 1 });
      // At this pace the whole answer would take about a minute.
      drip(send(`GET ${path}`), 250);
      await waitFor(async () => (await answerOf('/whole')).status === 429);
      await waitFor(async () => (await answerOf('/whole')).status === 200, { timeoutMs: 20_000 });
    },
    30_000,
  );

  it('leastBytes: a client that takes enough at a time may need as long as it does for all of it', async () => {
    const stalledMs = 2_000;
    await start({ stalledMs, leastBytes: 64 * 1024 });
    const startedAt = performance.now();
    const steady = send('GET /long');
    drip(steady, 15);
    await waitFor(() => steady.isClosed() || steady.text().length > LONG.length, { timeoutMs: 50_000 });
    expect(performance.now() - startedAt).toBeGreaterThan(stalledMs);
    expect(steady.text().length).toBeGreaterThan(LONG.length);
  });

  it('a request that was sent ahead is not served before the answer to the one before it is taken', async () => {
    await start({});
    const client = send('GET /wait?index=1', `\r\n${'GET /count HTTP/1.1\r\nhost: agent\r\n\r\n'.repeat(3)}`);
    await waitFor(async () => (await answerOf('/count')).text === '3');
    expect(client.text()).toBe('');
    index = 2;
    watchers.wake(new Set(['t']));
    await answered(client, '\r\n\r\n6');
    expect(client.text().match(/(?<=\r\n\r\n)\d/g)).toEqual(['2', '4', '5', '6']);
  });

  it('a request that was sent ahead of a long answer is served once that is taken', async () => {
    await start({});
    const client = send('GET /long', '\r\nGET /count HTTP/1.1\r\nhost: agent\r\n\r\n');
    client.socket.once('data', () => client.socket.pause());
    await answered(client, ' 200 ');
    expect((await answerOf('/count')).text).toBe('1');
    client.socket.resume();
    await answered(client, '\r\n\r\n2');
  });

  it('pipelined: closes a connection that sends more ahead than all may, and has room again when it is gone', async () => {
    await start({ pipelined: 2 });
    const ahead = (requests: number) => `\r\n${'GET /count HTTP/1.1\r\nhost: agent\r\n\r\n'.repeat(requests)}`;
    const surplus = send('GET /wait?index=1', ahead(3));
    await waitFor(() => surplus.isClosed());
    const client = send('GET /wait?index=1', ahead(2));
    await waitFor(() => waits === 2);
    index = 2;
    watchers.wake(new Set(['t']));
    await answered(client, '\r\n\r\n2');
    expect(client.isClosed()).toBe(false);
  });

  it('connections: one more makes the longest idle one give way, and none that waits for an answer', async () => {
    await start({ connections: 4 });
    const waiting = send('GET /wait?index=1');
    await waitFor(() => waits === 1);
    const silent = send('GET /short', 'x-unfinished: 1');
    await once(silent.socket, 'connect');
    const used = send('GET /short');
    await answered(used, '"short"');
    const idle = send('GET /short');
    await answered(idle, '"short"');
    used.socket.write('GET /count HTTP/1.1\r\nhost: agent\r\n\r\n');
    await answered(used, '\r\n\r\n1');
    const [one, other] = [send('GET /short'), send('GET /wait?index=1')];
    await answered(one, '"short"');
    await waitFor(() => idle.isClosed() && silent.isClosed());
    index = 2;
    watchers.wake(new Set(['t']));
    for (const client of [waiting, other]) await answered(client, ' 200 ');
    expect([waiting, used, one, other].map((client) => client.isClosed())).toEqual([false, false, false, false]);
  });

  it('connections: one whose request is not complete gives way, that of which longest nothing has come', async () => {
    await start({ connections: 4 });
    const waiting = send('GET /wait?index=1');
    await waitFor(() => waits === 1);
    const [first, second] = [1, 2].map(() => send('PUT /echo', 'content-length: 9\r\nexpect: 100-continue\r\n\r\n')) as [Client, Client];
    for (const client of [first, second]) await answered(client, ' 100 ');
    const used = send('GET /count');
    await answered(used, '\r\n\r\n1');
    for (const { socket } of [second, first]) await promisify((part: string, done: () => void) => socket.write(part, done))('a');
    // What was sent before it has come when this is answered.
    used.socket.write('GET /count HTTP/1.1\r\nhost: agent\r\n\r\n');
    await answered(used, '\r\n\r\n2');
    const closedBy = async (held: number) => {
      send('GET /wait?index=1');
      await waitFor(() => waits === held);
      await waitFor(() => open.filter((client) => client.isClosed()).length === held - 1);
      return open.filter((client) => client.isClosed());
    };
    expect(await closedBy(2)).toEqual([second]);
    expect(await closedBy(3)).toEqual([first, second]);
    expect(waiting.isClosed()).toBe(false);
  });

  it('connections: closes one more when none is idle', async () => {
    await start({ connections: 2 });
    send('GET /wait?index=1');
    send('GET /wait?index=1');
    await waitFor(() => waits === 2);
    const surplus = send('GET /short');
    await waitFor(() => surplus.isClosed());
    expect(surplus.text()).toBe('');
    expect(open.filter((client) => client.isClosed())).toEqual([surplus]);
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
