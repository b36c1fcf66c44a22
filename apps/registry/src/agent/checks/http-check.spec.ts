import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import type { CheckDefinition } from '../../store/entries.js';
import { type Probe, probeGuarded } from './guarded-probe.js';
import { probeHttp } from './http-check.js';

const inTime = (probe: Probe, definition: CheckDefinition) => probeGuarded(probe, definition, new AbortController());

describe(probeHttp.name, () => {
  let server: Server | undefined;
  let raw: TcpServer | undefined;
  const sockets = new Set<Socket>();

  afterEach(async () => {
    await stopRaw();
    server?.closeAllConnections();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    if (server === undefined) resolve(undefined);
    else server.close(() => resolve(undefined));
    await promise;
    server = undefined;
  });

  async function listen(listener: RequestListener): Promise<string> {
    const made = createServer(listener);
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  }

  /** A target that says this to whatever it is asked, and then ends or not. */
  async function listenRaw(answer: string, isEnded: boolean): Promise<string> {
    const made = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => (isEnded ? socket.end(answer) : socket.write(answer)));
    });
    raw = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  }

  async function stopRaw(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    if (raw === undefined) resolve(undefined);
    else raw.close(() => resolve(undefined));
    await promise;
    raw = undefined;
  }

  it.each([
    [200, 'passing'],
    [299, 'passing'],
    [304, 'critical'],
    [429, 'warning'],
    [500, 'critical'],
  ])('an answer of %i is %s', async (code, status) => {
    const url = await listen((_, response) => response.writeHead(code).end());
    expect(await inTime(probeHttp, { http: url, timeoutMs: 5_000 })).toMatchObject({ status });
  });

  it('sends method, headers, host and body as they are registered', async () => {
    let seen: { request: IncomingMessage; body: string } | undefined;
    const url = await listen((request, response) => {
      void request.toArray().then((chunks) => {
        seen = { request, body: Buffer.concat(chunks as Buffer[]).toString() };
        response.end('done');
      });
    });
    const header = { 'X-A': ['1', '2'], Host: ['other.example'] };
    expect(await inTime(probeHttp, { http: url, method: 'POST', body: '{"a":1}', header, timeoutMs: 5_000 })).toEqual({
      status: 'passing',
      output: `HTTP POST ${url}: 200 OK Output: done`,
    });
    expect([seen?.request.method, seen?.body]).toEqual(['POST', '{"a":1}']);
    expect(seen?.request.headers).toMatchObject({ 'x-a': '1, 2', host: 'other.example', connection: 'close' });
  });

  it('follows redirects, after 301 to 303 with GET and without the body, after 307 and 308 as before', async () => {
    const seen: string[] = [];
    const url = await listen((request, response) => {
      void request.toArray().then((chunks) => {
        seen.push(`${request.method} ${request.url} ${Buffer.concat(chunks as Buffer[]).toString()}`);
        const code = Number(request.url?.slice(1));
        if (code > 0) response.writeHead(code, { location: '/end' });
        response.end();
      });
    });
    for (const code of [301, 303, 307, 308])
      await inTime(probeHttp, { http: `${url}/${code}`, method: 'POST', body: 'x', timeoutMs: 5_000 });
    const after = seen.filter((line) => line.includes('/end'));
    expect(after).toEqual(['GET /end ', 'GET /end ', 'POST /end x', 'POST /end x']);
    expect(await inTime(probeHttp, { http: `${url}/302`, disableRedirects: true, timeoutMs: 5_000 })).toMatchObject({ status: 'critical' });
  });

  it('gives a redirect without an end up after ten', async () => {
    let requests = 0;
    const url = await listen((_, response) => {
      requests += 1;
      response.writeHead(302, { location: '/again' }).end();
    });
    const { status, output } = await inTime(probeHttp, { http: url, timeoutMs: 5_000 });
    expect([status, output, requests]).toEqual(['critical', 'Get "/again": stopped after 10 redirects', 10]);
  });

  it('shows the end of a body, and reads no more than a little of one without an end', async () => {
    const url = await listen((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const startedAt = performance.now();
    const { status, output } = await inTime(probeHttp, { http: url, timeoutMs: 60_000 });
    expect([status, output]).toEqual(['passing', `HTTP GET ${url}: 200 OK Output: ${'x'.repeat(4_096)}`]);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('is critical when no answer comes in time', async () => {
    const url = await listen(() => undefined);
    const { status, output } = await inTime(probeHttp, { http: url, timeoutMs: 50 });
    expect([status, output]).toEqual([
      'critical',
      `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    ]);
  });

  it('is what its status says when the body does not end in time', async () => {
    const url = await listen((_, response) => response.write('first'));
    expect(await inTime(probeHttp, { http: url, timeoutMs: 200 })).toEqual({
      status: 'passing',
      output: `HTTP GET ${url}: 200 OK Output: first`,
    });
  });

  it('is critical when nothing listens', async () => {
    expect(await inTime(probeHttp, { http: 'http://127.0.0.1:1/x', timeoutMs: 5_000 })).toEqual({
      status: 'critical',
      output: 'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused',
    });
  });

  it.each([
    ['ends', true],
    ['stays open', false],
  ])('is critical when the target switches to another protocol and the connection %s', async (_, isEnded) => {
    const url = await listenRaw('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nabc', isEnded);
    const output = `HTTP GET ${url}: 101 Switching Protocols Output: abc`;
    expect(await inTime(probeHttp, { http: url, timeoutMs: isEnded ? 60_000 : 200 })).toEqual({ status: 'critical', output });
  });

  it.each([
    ['200 OK', 'passing'],
    ['500 No', 'critical'],
  ])('a CONNECT that is answered %s is %s, whether the tunnel ends or not', async (line, status) => {
    for (const isEnded of [true, false]) {
      const url = await listenRaw(`HTTP/1.1 ${line}\r\n\r\nabc`, isEnded);
      const output = `HTTP CONNECT ${url}: ${line} Output: abc`;
      expect(await inTime(probeHttp, { http: url, method: 'CONNECT', timeoutMs: isEnded ? 60_000 : 200 })).toEqual({ status, output });
      await stopRaw();
    }
  });

  it('is critical when the connection is closed without an answer', async () => {
    const url = await listenRaw('', true);
    expect(await inTime(probeHttp, { http: url, timeoutMs: 60_000 })).toEqual({ status: 'critical', output: `Get "${url}": EOF` });
  });

  it('is critical when interim answers come without an end', async () => {
    const url = await listenRaw('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(200), false);
    const output = `Get "${url}": net/http: too many 1xx informational responses`;
    expect(await inTime(probeHttp, { http: url, timeoutMs: 60_000 })).toEqual({ status: 'critical', output });
  });

  it.each([
    [{ http: 'nonsense' }, 'Get "nonsense": '],
    [{ http: 'http://127.0.0.1:1/', method: 'BAD METHOD' }, 'Bad method "http://127.0.0.1:1/": '],
    [{ http: 'http://127.0.0.1:1/', header: { 'X-A': ['a\nb'] } }, 'Get "http://127.0.0.1:1/": '],
    [{ http: 'http://127.0.0.1:1/', header: { Trailer: ['X'] } }, 'Get "http://127.0.0.1:1/": '],
  ])('%j, which cannot be asked, is critical and ends nothing else', async (definition, start) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    const { status, output } = await inTime(probeHttp, { ...definition, timeoutMs: 5_000 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', onUnhandled);
    expect([status, output.startsWith(start), unhandled]).toEqual(['critical', true, []]);
  });

  it('shows no more than is asked for', async () => {
    const url = await listen((_, response) => response.end(`${'a'.repeat(3_000)}${'b'.repeat(10)}`));
    expect((await inTime(probeHttp, { http: url, timeoutMs: 5_000, outputMaxSize: 12 })).output).toBe(
      `HTTP GET ${url}: 200 OK Output: aabbbbbbbbbb`,
    );
  });
});
