import { GatewayRig, START_TIMEOUT_MS, TOKEN } from './support/gateway-rig.js';
import { rawExchange } from './support/raw-exchange.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream();
  await rig.expose('demo', upstream.port);
  await rig.call('/api/demo/warm');
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

beforeEach(() => {
  upstream.seen.length = 0;
});

const send = (head: string, body = '') => rawExchange(rig.port, `${head}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n${body}`);
const get = (path: string) => send(`GET ${path} HTTP/1.1\r\nHost: localhost`);

describe('paths', () => {
  it.each([
    '/api/demo/../system/principals',
    '/api/demo/%2e%2e/x',
    '/api/demo/.%2E/x',
    '/api/demo/..;/x',
    '/api/demo/..%2fx',
    '/api/demo/%2e%2e%5cx',
    '/api/demo//x',
    '//api/demo/x',
    '/api/demo/%00',
    '/api/demo/%0d%0aX-Evil:1',
    '/api/demo/%zz',
    '/api/demo/%',
    '/api/demo/a\\b',
    '/api/demo/#x',
    'http://localhost/api/demo/x',
    '*',
    'api/demo/x',
  ])('%s is refused and reaches nobody', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(400);
    expect(text).toContain('application/problem+json');
    expect(upstream.seen).toEqual([]);
  });

  it.each([
    ['/api/demo/a%2Fb', '/a%2Fb'],
    ['/api/demo/%E6%B5%99', '/%E6%B5%99'],
    ['/api/demo/a%20b?c=%zz&d=..', '/a%20b?c=%zz&d=..'],
    ['/api/demo/%61', '/a'],
    ['/api/demo', '/'],
    ['/api/demo/', '/'],
    ['/api/demo/%252e%252e/x', '/%252e%252e/x'],
  ])('%s reaches the upstream as %s', async (path, sent) => {
    expect((await get(path)).status).toBe(200);
    expect(upstream.seen.map(({ url }) => url)).toEqual([sent]);
  });
});

describe('requests that two parties could read differently', () => {
  const path = '/api/demo/x';
  it.each([
    ['two Host fields', `GET ${path} HTTP/1.1\r\nHost: a\r\nHost: b`, 400],
    ['no Host field', `GET ${path} HTTP/1.1`, 400],
    ['a malformed Host', `GET ${path} HTTP/1.1\r\nHost: a b`, 400],
    ['HTTP/1.0 with chunks', `POST ${path} HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked`, 400],
    ['HTTP/1.2', `GET ${path} HTTP/1.2\r\nHost: a`, 400],
    ['HTTP/9.9', `GET ${path} HTTP/9.9\r\nHost: a`, 400],
    ['two lengths', `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4`, 400],
    ['a length and chunks', `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked`, 400],
    ['a signed length', `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: +3`, 400],
    ['an unknown coding', `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked`, 400],
    ['a hidden coding', `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked`, 400],
    ['two credentials', `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer other`, 400],
    ['a folded line', `GET ${path} HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2`, 400],
    ['a WebSocket', `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket`, 501],
    ['TRACE', `TRACE ${path} HTTP/1.1\r\nHost: a`, 405],
  ])('%s: refused', async (_, head, status) => {
    expect((await send(head)).status).toBe(status);
    expect(upstream.seen).toEqual([]);
  });

  it.each([
    ['no Host field', `GET ${path} HTTP/1.1`, 400, 'GW_BAD_REQUEST', 'Refused: no host field.'],
    [
      'an unknown expectation',
      `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: foo\r\nContent-Length: 3`,
      ...([417, 'GW_EXPECTATION_FAILED', 'Only 100-continue can be expected.'] as const),
    ],
    [
      'a length over the limit',
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999`,
      ...([413, 'PAYLOAD_TOO_LARGE', 'The request body may have 67108864 bytes at most.'] as const),
    ],
  ])('%s: refused with a problem that says why', async (_, head, status, code, detail) => {
    const answer = await send(head);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code, detail });
    expect(upstream.seen).toEqual([]);
  });

  it('HTTP/1.0 is none: taken, and the connection closed', async () => {
    const { status, text } = await send(`GET ${path} HTTP/1.0\r\nHost: a`);
    expect(status).toBe(200);
    expect(text).toMatch(/\r\nconnection: close\r\n/i);
    expect(text).not.toMatch(/\r\ntransfer-encoding:/i);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/x']);
  });

  it('HTTP/0.9: refused', async () => {
    const { text } = await rawExchange(rig.port, `GET ${path}\r\n\r\n`);
    expect(text).not.toContain('200 OK');
    expect(upstream.seen).toEqual([]);
  });

  it('too much of anything: refused', async () => {
    expect((await get(`/api/demo/${'a'.repeat(9_000)}`)).status).toBe(414);
    expect([400, 431]).toContain((await send(`GET ${path} HTTP/1.1\r\nHost: a\r\nX-Big: ${'a'.repeat(20_000)}`)).status);
    expect((await send(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999`)).status).toBe(413);
    expect(upstream.seen).toEqual([]);
  });
});
