import { once } from 'node:events';
import { connect } from 'node:net';
import { ConsulUnderTest, type WireAnswer } from './consul-under-test.js';

let consul: ConsulUnderTest;
let key: string;

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
  key = consul.name('wire');
  await consul.put(`/kv/${key}`, 'value');
}, 120_000);

afterAll(async () => {
  await consul.delete(`/kv/${key}?recurse`);
  await consul.stop();
});

const NO_PATH = 'Invalid URL path: not a recognized HTTP API endpoint\n';
const NO_API = "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n";
const TEXT = 'text/plain; charset=utf-8';
/** What Spring's clients send with every request. */
const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\n';

/** Sends bytes as they are and reads until the server closes, or until `until` has come. */
async function exchange(bytes: string, until: string | RegExp): Promise<string> {
  const { hostname, port } = new URL(consul.address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(bytes);
  let text = '';
  const isThere = () => (typeof until === 'string' ? text.includes(until) : until.test(text));
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    if (isThere()) break;
  }
  socket.destroy();
  return text;
}

function consulHeaders({ headers }: WireAnswer): Record<string, unknown> {
  const names = ['knownleader', 'lastcontact', 'query-backend', 'effective-consistency', 'default-acl-policy'];
  return Object.fromEntries(names.map((name) => [name, headers[`x-consul-${name}`]]));
}

describe('headers', () => {
  const read = { knownleader: 'true', lastcontact: '0', 'query-backend': 'blocking-query', 'default-acl-policy': 'allow' };

  it('a read of the catalogue says its index, its leader and how consistent it is', async () => {
    const answer = await consul.get('/catalog/services');
    expect(consulHeaders(answer)).toEqual({ ...read, 'effective-consistency': 'leader' });
    expect(answer.index).toBeGreaterThan(0);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', vary: 'Accept-Encoding' });
  });

  it.each(['stale', 'consistent'])('a read of the catalogue with ?%s says so', async (consistency) => {
    for (const path of ['/catalog/services', '/health/state/any', '/health/service/consul', '/catalog/nodes']) {
      expect(consulHeaders(await consul.get(`${path}?${consistency}`))).toEqual({ ...read, 'effective-consistency': consistency });
    }
  });

  it.each(['', '?stale', '?consistent', '?cached'])('a read of a key%s says all but its consistency', async (query) => {
    const answer = await consul.get(`/kv/${key}${query}`);
    expect(consulHeaders(answer)).toEqual({ ...read, 'effective-consistency': undefined });
    expect(answer.index).toBe(answer.json<{ ModifyIndex: number }[]>()[0]?.ModifyIndex);
  });

  it('a key that is missing is 404 with an empty body, no type, and the same headers', async () => {
    const answer = await consul.get(`/kv/${key}-none`);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([404, '', undefined]);
    expect(consulHeaders(answer)).toEqual({ ...read, 'effective-consistency': undefined });
    expect(answer.index).toBeGreaterThan(0);
  });

  it.each(['/status/leader', '/status/peers', '/catalog/datacenters', '/agent/services', '/agent/checks', '/agent/members'])(
    '%s has no index',
    async (path) => {
      const { status, index, headers } = await consul.get(path);
      expect([status, index, headers['x-consul-knownleader']]).toEqual([200, NaN, undefined]);
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'x-consul-default-acl-policy': 'allow',
        vary: 'Accept-Encoding',
      });
    },
  );

  it('an answer to a write has no index, and an empty one no content', async () => {
    const written = await consul.put(`/kv/${key}`, 'value');
    expect([written.text, written.index, written.headers['content-type']]).toEqual(['true', NaN, 'application/json']);
    const id = consul.name('wire');
    const registered = await consul.put('/agent/service/register', { ID: id, Name: id });
    expect([registered.status, registered.text, registered.headers['content-length']]).toEqual([200, '', '0']);
    await consul.put(`/agent/service/deregister/${id}`);
  });

  it('an empty body has a type of its own where all went well', async () => {
    const id = consul.name('empty');
    const answers = [
      await consul.put('/agent/service/register', { ID: id, Name: id, Check: { CheckID: id, TTL: '1h' } }),
      await consul.put(`/agent/check/pass/${id}`),
      await consul.put(`/agent/check/update/${id}`, { Status: 'warning' }),
      await consul.put(`/agent/service/maintenance/${id}?enable=true`),
      await consul.put(`/agent/check/deregister/${id}`),
      await consul.put(`/agent/service/deregister/${id}`),
      await consul.ask('OPTIONS', '/kv/a'),
      await consul.ask('OPTIONS', '/agent/service/register'),
    ];
    for (const { status, text, headers } of answers) {
      expect([status, text, headers['content-type'], headers['content-length']]).toEqual([200, '', 'application/json; charset=utf-8', '0']);
    }
  });

  it('an empty value that is read raw is text', async () => {
    await consul.put(`/kv/${key}/empty`);
    const { status, text, headers } = await consul.get(`/kv/${key}/empty?raw`);
    expect([status, text, headers['content-type']]).toEqual([200, '', TEXT]);
  });
});

describe('parameters of reads', () => {
  it.each(['x', '-1', '+5', '%2B5', '1_000', '1.5', '18446744073709551616', '99999999999999999999999'])(
    'index=%s is refused',
    async (index) => {
      const { status, text, headers } = await consul.get(`/kv/${key}?index=${index}`);
      expect([status, text, headers['content-type']]).toEqual([400, 'Invalid index', TEXT]);
    },
  );

  it.each(['fast', '10', '1d', '.s', '+1s', '%200s', '9999999h', '99999999999h', '1s1'])('wait=%s is refused', async (wait) => {
    const { status, text } = await consul.get(`/catalog/services?wait=${wait}`);
    expect([status, text]).toEqual([400, 'Invalid wait time']);
  });

  it.each([
    'index=',
    'index=0',
    'wait=',
    'wait=0',
    'wait=1.5s',
    'wait=-5s',
    'wait=%2B1s',
    'wait=1h1m1s1ms1us1ns',
    'wait=.5s',
    'index=5%00',
  ])('%s is %s', async (query) => {
    const { status } = await consul.get(`/kv/${key}?${query}`);
    expect(status).toBe(query.includes('%00') ? 400 : 200);
  });

  it('of a parameter that is given twice the first counts', async () => {
    expect((await consul.get(`/kv/${key}?index=0&index=x`)).status).toBe(200);
  });

  it.each([
    ['stale&consistent', 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
    ['stale=false&consistent=false', 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
    ['cached&consistent', 'Cannot specify ?cached with ?consistent, conflicting semantics.'],
  ])('%s contradict each other', async (query, message) => {
    const { status, text } = await consul.get(`/health/service/consul?${query}`);
    expect([status, text]).toEqual([400, message]);
  });

  it.each([
    ['PUT', 'wait=fast', 'Invalid wait time'],
    ['DELETE', 'index=x', 'Invalid index'],
    ['PUT', 'stale&consistent', 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
  ])('they are checked on %s with %s too', async (method, query, message) => {
    const { status, text } = await consul.ask(method, `/kv/${key}?${query}`, { body: 'other' });
    expect([status, text]).toEqual([400, message]);
    expect((await consul.get(`/kv/${key}?raw`)).text).toBe('value');
  });

  it.each(['/agent/services', '/agent/self', '/agent/members'])('%s knows none of them', async (path) => {
    expect((await consul.get(`${path}?wait=fast&index=x&stale&consistent&dc=other`)).status).toBe(200);
  });

  it.each([
    ['GET', '/kv/none'],
    ['PUT', '/kv/none'],
    ['DELETE', '/kv/none'],
    ['GET', '/catalog/services'],
    ['GET', '/health/service/consul'],
    ['GET', '/status/leader'],
  ])('%s %s of another datacenter has no path there', async (method, path) => {
    const { status, text, headers } = await consul.ask(method, `${path}?dc=no-such`);
    expect([status, text, headers['content-type']]).toEqual([500, 'No path to datacenter', TEXT]);
  });

  it('its own datacenter, and an empty one, are as if none was given', async () => {
    const [own] = (await consul.get('/catalog/datacenters')).json<string[]>();
    for (const dc of [own, '']) expect((await consul.get(`/kv/${key}?raw&dc=${dc}`)).text).toBe('value');
    expect((await consul.get('/catalog/datacenters?dc=no-such')).status).toBe(200);
  });

  it.each([`/kv/NAME`, '/catalog/services', '/status/leader', '/kv/NAME?keys', '/agent/checks'])(
    '%s pretty is indented and ends a line',
    async (path) => {
      const at = path.replace('NAME', key);
      const query = at.includes('?') ? '&pretty' : '?pretty';
      const [plain, pretty] = [await consul.get(at), await consul.get(at + query)];
      expect(pretty.text).toBe(`${JSON.stringify(plain.json(), null, 4)}\n`);
      expect(pretty.headers['content-type']).toBe('application/json');
    },
  );

  it('raw values and errors are the same when pretty', async () => {
    expect((await consul.get(`/kv/${key}?raw&pretty`)).text).toBe('value');
    expect((await consul.get('/kv/?pretty')).text).toBe('Missing key name');
  });

  it.each(['%zz', 'x=%', 'raw;x=1'])('a query with %s is malformed', async (query) => {
    const { status, text } = await consul.get(`/kv/${key}?${query}`);
    expect([status, text]).toEqual([500, '']);
  });
});

describe('blocking reads', () => {
  it('answers unchanged when the wait is over, and at most a sixteenth later', async () => {
    const { index } = await consul.get(`/kv/${key}`);
    const started = performance.now();
    const answer = await consul.get(`/kv/${key}?index=${index}&wait=800ms`);
    const took = performance.now() - started;
    expect([answer.status, answer.index]).toEqual([200, index]);
    expect(took).toBeGreaterThan(790);
    expect(took).toBeLessThan(800 * (1 + 1 / 16) + 10_000);
  });

  it.each(['0', '-1s', ''])('with wait=%s waits until there is something new', async (wait) => {
    const { index } = await consul.get(`/kv/${key}`);
    const waiting = consul.get(`/kv/${key}?index=${index}&wait=${wait}`);
    await expect(Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])).resolves.toBe('waits');
    await consul.put(`/kv/${key}`, `with ${wait}`);
    expect((await waiting).index).toBeGreaterThan(index);
    await consul.put(`/kv/${key}`, 'value');
  });

  it('an index from the future waits, and the answer says the true one', async () => {
    const { index } = await consul.get(`/kv/${key}`);
    expect((await consul.get(`/kv/${key}?index=18446744073709551615&wait=10ms`)).index).toBe(index);
  });

  it('wakes all who wait for the same, each with the same answer, and its index only goes forwards', async () => {
    let last = (await consul.get(`/kv/${key}`)).index;
    for (const value of ['a', 'b', 'value']) {
      const waiting = Array.from({ length: 20 }, () => consul.get(`/kv/${key}?raw&index=${last}`));
      await consul.put(`/kv/${key}`, value);
      const answers = await Promise.all(waiting);
      expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([value]));
      const [index] = new Set(answers.map((answer) => answer.index));
      expect(index).toBeGreaterThan(last);
      last = index ?? 0;
    }
  });

  it('long answers are never those of before a change', async () => {
    const tree = `${key}-tree`;
    for (let turn = 0; turn < 5; turn += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, n) => consul.put(`/kv/${tree}/${n}`, `${turn}`.repeat(300))));
      const [first, again] = [await consul.get(`/kv/${tree}/?recurse`), await consul.get(`/kv/${tree}/?recurse`)];
      const values = first.json<{ Value: string }[]>().map(({ Value }) => Buffer.from(Value, 'base64').toString());
      expect(new Set(values)).toEqual(new Set([`${turn}`.repeat(300)]));
      expect([again.text, again.index]).toEqual([first.text, first.index]);
    }
    await consul.delete(`/kv/${tree}?recurse`);
    expect((await consul.get(`/kv/${tree}/?recurse`)).status).toBe(404);
  });
});

describe('what the agent alone knows', () => {
  it('carries the hash of its content, and a read with that hash waits for other content', async () => {
    const id = consul.name('hashed');
    const register = (port: number) => consul.put('/agent/service/register', { ID: id, Name: id, Port: port });
    await register(1);
    const first = await consul.get(`/agent/service/${id}`);
    const hash = String(first.headers['x-consul-contenthash']);
    expect(hash).toMatch(/^[0-9a-f]{1,16}$/);
    expect(first.json()).toMatchObject({ Port: 1, ContentHash: hash });
    expect(first.index).toBeNaN();
    expect((await consul.get(`/agent/service/${id}?hash=${hash}&wait=50ms`)).headers['x-consul-contenthash']).toBe(hash);
    const waiting = consul.get(`/agent/service/${id}?hash=${hash}&wait=10s`);
    await register(2);
    expect((await waiting).json()).toMatchObject({ Port: 2 });
    expect((await waiting).headers['x-consul-contenthash']).not.toBe(hash);
    expect((await consul.get(`/agent/service/${id}?hash=other`)).status).toBe(200);
    expect((await consul.get(`/agent/service/${id}?hash=${hash}&wait=fast`)).text).toBe('Invalid wait time');
    await consul.put(`/agent/service/deregister/${id}`);
  });
});

describe('methods and paths', () => {
  it.each([
    ['POST', '/kv/a', 'OPTIONS,GET,PUT,DELETE'],
    ['PATCH', '/kv/a', 'OPTIONS,GET,PUT,DELETE'],
    ['PUT', '/catalog/services', 'OPTIONS,GET'],
    ['DELETE', '/agent/self', 'OPTIONS,GET'],
    ['GET', '/agent/service/register', 'OPTIONS,PUT'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const { status, text, headers } = await consul.ask(method, path);
    expect([status, text, headers.allow, headers['content-type']]).toEqual([405, `method ${method} not allowed`, allow, TEXT]);
  });

  it.each(['/kv/a', '/catalog/services', '/status/leader'])('HEAD %s is not allowed either', async (path) => {
    const { status, text, headers } = await consul.ask('HEAD', path);
    expect([status, text, headers['content-length']]).toEqual([405, '', '23']);
  });

  it.each([
    ['/kv/a', 'OPTIONS,GET,PUT,DELETE'],
    ['/status/leader', 'OPTIONS,GET'],
    ['/agent/service/register', 'OPTIONS,PUT'],
  ])('OPTIONS %s says what is allowed', async (path, allow) => {
    const { status, text, headers } = await consul.ask('OPTIONS', path);
    expect([status, text, headers.allow]).toEqual([200, '', allow]);
  });

  it.each([
    ['GET', '/nothing'],
    ['PUT', '/nothing'],
    ['OPTIONS', '/nothing'],
    ['GET', '/'],
    ['GET', '/agent'],
    ['GET', '/agent/'],
    ['GET', '/catalog/services/'],
    ['GET', '/catalog/services/x'],
    ['GET', '/status/leader/'],
    ['GET', '/KV/a'],
  ])('%s %s is not there', async (method, path) => {
    const { status, text, headers } = await consul.ask(method, path);
    expect([status, text, headers['content-type']]).toEqual([404, NO_PATH, TEXT]);
  });

  it.each(['/v1', '/v2/kv/a', '/favicon.ico'])('%s is no path of the API', async (path) => {
    const text = await exchange(`GET ${path} HTTP/1.1\r\nHost: consul\r\nConnection: close\r\n\r\n`, NO_API);
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    expect(text).toContain(NO_API);
  });

  it.each([
    ['GET', '/kv?recurse&index=1', '/v1/kv/?recurse&index=1'],
    ['PUT', '/kv', '/v1/kv/'],
    ['GET', '/health/service', '/v1/health/service/'],
    ['PUT', '/agent/check/pass', '/v1/agent/check/pass/'],
    ['GET', '/kv/a//b?raw', '/v1/kv/a/b?raw'],
    ['GET', '//kv/a', '/v1/kv/a'],
    ['PUT', '/kv/a//b//c', '/v1/kv/a/b/c'],
    ['GET', '/kv/a/../b', '/v1/kv/b'],
    ['GET', '/kv/a/./b', '/v1/kv/a/b'],
    ['GET', '/agent/../agent/self', '/v1/agent/self'],
  ])('%s %s is sent on to the clean path', async (method, path, location) => {
    const { host } = new URL(consul.address);
    const text = await exchange(
      `${method} /v1${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      /\r\n\r\n/,
    );
    expect(text).toMatch(/^HTTP\/1\.1 307 /);
    expect(text).toMatch(new RegExp(`\r\nlocation: ${location.replace(/[?.]/g, '\\$&')}\r\n`, 'i'));
  });

  it('an escaped slash is a part of a key like any other, and escapes are the same in either case', async () => {
    await consul.put(`/kv/${key}%2Fa%20b`, 'escaped');
    expect((await consul.get(`/kv/${key}/a%20b?raw`)).text).toBe('escaped');
    expect((await consul.get(`/kv/${key}%2fa%20b?raw`)).text).toBe('escaped');
    expect((await consul.get(`/kv/${key}/a+b`)).status).toBe(404);
  });

  it('takes letters beyond ASCII, escaped', async () => {
    const name = `${key}/ä日`;
    await consul.put(`/kv/${encodeURIComponent(name)}`, 'there');
    expect((await consul.get(`/kv/${encodeURI(name)}`)).json()).toMatchObject([{ Key: name }]);
    expect((await consul.get(`/kv/${key}/%ff`)).status).toBe(404);
  });

  it.each(['/kv/a%zz', '/kv/%', '/health/service/%zz'])('%s has a malformed escape', async (path) => {
    const text = await exchange(`GET /v1${path} HTTP/1.1\r\nHost: consul\r\nConnection: close\r\n\r\n`, /\r\n\r\n400 Bad Request$/);
    expect(text).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\n400 Bad Request$/);
  });

  it.each(['/kv/a%00b', '/kv/a%0Ab', '/kv/a%09', '/kv/a%7f', '/kv/a%E2%80%8B', '/catalog/service/a%00b', '/agent/self%0A'])(
    '%s has characters that are not printable',
    async (path) => {
      const { status, text } = await consul.get(path);
      expect([status, text]).toEqual([400, '']);
    },
  );
});

describe('tokens', () => {
  it.each([
    ['an empty header', { 'x-consul-token': '' }],
    ['an empty bearer', { authorization: 'Bearer ' }],
  ])('%s is no token', async (_, headers) => {
    expect((await consul.get(`/kv/${key}?raw&token=`, { headers })).text).toBe('value');
  });
});

describe('namespaces and partitions', () => {
  const NAMESPACE = 'Invalid header: "X-Consul-Namespace" - Namespaces are a Consul Enterprise feature';
  const PARTITION = 'Invalid header: "X-Consul-Partition" - Partitions are a Consul Enterprise feature';
  const askWith = (method: string, path: string, headers: Record<string, string>) =>
    consul.ask(method, path, { headers, ...(method === 'PUT' && { body: {} }) });

  it.each([
    ['GET', '/kv/a'],
    ['PUT', '/kv/a'],
    ['GET', '/catalog/services'],
    ['PUT', '/catalog/register'],
    ['GET', '/health/service/consul'],
    ['GET', '/agent/services'],
    ['GET', '/agent/service/a'],
    ['PUT', '/agent/service/register'],
    ['PUT', '/agent/check/pass/a'],
    ['PUT', '/agent/service/maintenance/a?enable=true'],
    ['GET', '/session/list'],
  ])('%s %s is answered for neither', async (method, path) => {
    for (const name of ['default', 'other']) {
      const { status, text, headers } = await askWith(method, path, { 'x-consul-namespace': name });
      expect([status, text, headers['content-type']]).toEqual([400, NAMESPACE, TEXT]);
      expect((await askWith(method, path, { 'x-consul-partition': name })).text).toBe(PARTITION);
    }
    expect((await askWith(method, path, { 'x-consul-partition': 'a', 'x-consul-namespace': 'b' })).text).toBe(NAMESPACE);
  });

  it.each(['/catalog/nodes', '/coordinate/nodes'])('%s is answered for any namespace, and for no partition', async (path) => {
    expect((await askWith('GET', path, { 'x-consul-namespace': 'other' })).status).toBe(200);
    expect((await askWith('GET', path, { 'x-consul-partition': 'other' })).text).toBe(PARTITION);
  });

  it.each(['/status/leader', '/catalog/datacenters', '/event/list', '/agent/self'])('%s knows neither', async (path) => {
    expect((await askWith('GET', path, { 'x-consul-namespace': 'other', 'x-consul-partition': 'other' })).status).toBe(200);
  });

  it('an empty one is none, a header comes before a parameter, and both after the index', async () => {
    const path = `/kv/${key}?raw`;
    expect((await askWith('GET', path, { 'x-consul-namespace': '', 'x-consul-partition': '' })).text).toBe('value');
    expect((await askWith('GET', `${path}&ns=x`, { 'x-consul-namespace': 'y' })).text).toBe(NAMESPACE);
    expect((await askWith('GET', `${path}&ns=x`, { 'x-consul-partition': 'y' })).text).toBe(
      'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature',
    );
    expect((await askWith('GET', `${path}&index=x`, { 'x-consul-namespace': 'y' })).text).toBe('Invalid index');
  });
});

describe('what clients really send', () => {
  it.each(['h2c', 'websocket'])('an offer to upgrade to %s is answered in HTTP/1.1', async (protocol) => {
    const offer = protocol === 'h2c' ? H2C : 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
    const text = await exchange(`GET /v1/kv/${key}?raw HTTP/1.1\r\nHost: consul\r\n${offer}\r\n`, '\r\n\r\nvalue');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nvalue$/);
  });

  it('a chunked registration full of nulls, with an empty token and an offer of h2c', async () => {
    const id = consul.name('nulls');
    const nulls = { Tags: null, TaggedAddresses: null, Meta: null, Weights: null, EnableTagOverride: null, Checks: null, Connect: null };
    const check = {
      CheckID: null,
      Name: null,
      Args: null,
      Interval: '2000ms',
      TTL: null,
      HTTP: 'http://127.0.0.1:1/',
      Header: null,
      TCP: null,
    };
    const body = JSON.stringify({
      ID: id,
      Name: id,
      Address: '127.0.0.1',
      Port: 80,
      ...nulls,
      Check: { ...check, Status: null, Timeout: null },
    });
    const chunks = [body.slice(0, 20), body.slice(20)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
    const head = `PUT /v1/agent/service/register HTTP/1.1\r\nHost: consul\r\n${H2C}X-Consul-Token:\r\nTransfer-Encoding: chunked\r\n`;
    const text = await exchange(`${head}\r\n${chunks}0\r\n\r\n`, /\r\n\r\n/);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    expect((await consul.get(`/agent/service/${id}`)).json()).toMatchObject({
      Tags: [],
      Meta: {},
      Port: 80,
      Weights: { Passing: 1, Warning: 1 },
    });
    await consul.put(`/agent/service/deregister/${id}`);
  });

  it('a form that a browser or curl would send is a value like any other', async () => {
    await consul.put(`/kv/${key}/form`, 'a=1&b=2', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect((await consul.get(`/kv/${key}/form?raw`)).text).toBe('a=1&b=2');
  });

  it('Expect: 100-continue is answered before the body, and not at all when the body is too long', async () => {
    const put = (length: number) =>
      `PUT /v1/kv/${key}/expect HTTP/1.1\r\nHost: consul\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
    expect(await exchange(put(3), 'Continue')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    const refused = await exchange(put(900_000), 'kv_max_value_size.');
    expect(refused).toMatch(/^HTTP\/1\.1 413 [^]*Request body\(900000 bytes\) too large, max size: 524288 bytes\. See https:/);
  });

  it('requests behind each other on one connection are answered in their order, also behind a GET with a body', async () => {
    const one = `GET /v1/kv/${key}?raw HTTP/1.1\r\nHost: consul\r\nContent-Length: 3\r\n\r\nabc`;
    const text = await exchange(`${one}GET /v1/kv/${key}-none HTTP/1.1\r\nHost: consul\r\n\r\n`, /404[^]*\r\n\r\n$/);
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nvalueHTTP\/1\.1 404 /);
  });

  it('HTTP/1.0, and a target with a host', async () => {
    expect(await exchange(`GET /v1/kv/${key}?raw HTTP/1.0\r\n\r\n`, 'value')).toMatch(/ 200 OK\r\n[^]*\r\n\r\nvalue$/);
    const text = await exchange(`GET http://other/v1/kv/${key}?raw HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n`, 'value');
    expect(text).toMatch(/ 200 OK\r\n[^]*\r\n\r\nvalue$/);
  });
});
