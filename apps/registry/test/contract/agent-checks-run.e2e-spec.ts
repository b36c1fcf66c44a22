import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { ConsulUnderTest } from './consul-under-test.js';

interface Check {
  readonly Status: string;
  readonly Output: string;
}

let consul: ConsulUnderTest;
let target: Server;
let silent: ReturnType<typeof createTcpServer>;
let url: string;
let mute: string;
const ids: string[] = [];

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
  target = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://target');
    const code = Number(/^\/(\d+)$/.exec(pathname)?.[1] ?? 200);
    void request.toArray().then((chunks) => {
      const body = Buffer.concat(chunks as Buffer[]).toString();
      if (pathname === '/echo') response.end([request.method, request.headers['x-a'], request.headers.host, body].join(' '));
      else if (pathname === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else if (pathname === '/begun') response.write('first');
      else if (pathname === '/long') response.end(`${'a'.repeat(3_000)}${'b'.repeat(5_000)}`);
      else if (pathname.startsWith('/to/')) response.writeHead(Number(pathname.slice(4)), { location: '/echo' }).end('moved');
      else if (pathname !== '/hang') response.writeHead(code).end('said');
    });
  });
  silent = createTcpServer((socket) => socket.on('error', () => socket.destroy()).resume());
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  mute = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
}, 120_000);

afterAll(async () => {
  for (const id of ids) await consul.put(`/agent/check/deregister/${id}`);
  target.closeAllConnections();
  target.close();
  silent.close();
  await consul.stop();
});

/** What a check that is made every second says first. */
async function run(fields: object): Promise<Check> {
  const id = consul.name('run');
  ids.push(id);
  const answer = await consul.put('/agent/check/register', { Name: id, Interval: '1s', Timeout: '500ms', ...fields });
  expect([answer.status, answer.text]).toEqual([200, '']);
  for (;;) {
    const listed = await consul.get(`/agent/checks?filter=${encodeURIComponent(`CheckID == "${id}"`)}`);
    const check = listed.json<Record<string, Check>>()[id];
    if (check !== undefined && check.Output !== '') return { Status: check.Status, Output: check.Output };
  }
}

it.each([
  ['200', 'passing', '200 OK'],
  ['204', 'passing', '204 No Content'],
  ['304', 'critical', '304 Not Modified'],
  ['404', 'critical', '404 Not Found'],
  ['429', 'warning', '429 Too Many Requests'],
  ['500', 'critical', '500 Internal Server Error'],
])('an HTTP check that is answered %s is %s', async (code, Status, line) => {
  const body = code === '204' || code === '304' ? '' : 'said';
  expect(await run({ HTTP: `${url}/${code}` })).toEqual({ Status, Output: `HTTP GET ${url}/${code}: ${line} Output: ${body}` });
});

it('an HTTP check has its own method, headers, host and body', async () => {
  const fields = { HTTP: `${url}/echo`, Method: 'POST', Header: { 'X-A': ['1', '2'], Host: ['other.example'] }, Body: '{"a":1}' };
  expect(await run(fields)).toEqual({
    Status: 'passing',
    Output: `HTTP POST ${url}/echo: 200 OK Output: POST 1, 2 other.example {"a":1}`,
  });
});

it.each([
  [301, 'GET', ''],
  [303, 'GET', ''],
  [307, 'POST', 'b'],
  [308, 'POST', 'b'],
])('a redirect of %i is followed with %s', async (code, method, body) => {
  const { Status, Output } = await run({ HTTP: `${url}/to/${code}`, Method: 'POST', Body: 'b' });
  expect(Status).toBe('passing');
  expect(Output).toContain(`HTTP POST ${url}/to/${code}: 200 OK Output: ${method} `);
  expect(Output.endsWith(` ${body}`)).toBe(true);
});

it('redirects are not followed where they are not to be, and no more than ten of them', async () => {
  const Output = `HTTP GET ${url}/to/302: 302 Found Output: moved`;
  expect(await run({ HTTP: `${url}/to/302`, DisableRedirects: true })).toEqual({ Status: 'critical', Output });
  expect(await run({ HTTP: `${url}/loop` })).toEqual({ Status: 'critical', Output: 'Get "/loop": stopped after 10 redirects' });
});

it('shows the last 4 KB of what is answered, or less', async () => {
  const head = `HTTP GET ${url}/long: 200 OK Output: `;
  expect((await run({ HTTP: `${url}/long` })).Output).toBe(head + 'b'.repeat(4_096));
  expect((await run({ HTTP: `${url}/long`, OutputMaxSize: 12 })).Output).toBe(head + 'b'.repeat(12));
});

it('waits no longer than its timeout', async () => {
  const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  expect(await run({ HTTP: `${url}/hang` })).toEqual({ Status: 'critical', Output: `Get "${url}/hang": ${late}` });
  expect(await run({ HTTP: `http://${mute}/` })).toEqual({ Status: 'critical', Output: `Get "http://${mute}/": ${late}` });
  expect(await run({ HTTP: `${url}/begun` })).toEqual({ Status: 'passing', Output: `HTTP GET ${url}/begun: 200 OK Output: first` });
});

it.each([
  [{ HTTP: 'http://127.0.0.1:1/x' }, 'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused'],
  [{ HTTP: 'ftp://127.0.0.1/' }, 'Get "ftp://127.0.0.1/": unsupported protocol scheme "ftp"'],
  [{ TCP: '127.0.0.1:1' }, 'dial tcp 127.0.0.1:1: connect: connection refused'],
  [{ TCP: 'nocolon' }, 'dial tcp: address nocolon: missing port in address'],
  [{ TCP: '127.0.0.1:99999' }, 'dial tcp: address 99999: invalid port'],
  [{ H2PING: '127.0.0.1:1' }, 'Failed to dial to 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused'],
  [
    { GRPC: '127.0.0.1:1' },
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused"',
  ],
])('%j is critical', async (fields, Output) => {
  expect(await run(fields)).toEqual({ Status: 'critical', Output });
});

it('a TCP check passes while something listens', async () => {
  expect(await run({ TCP: mute })).toEqual({ Status: 'passing', Output: `TCP connect ${mute}: Success` });
  expect(await run({ TCP: mute, TCPUseTLS: true })).toEqual({ Status: 'critical', Output: 'context deadline exceeded' });
});
