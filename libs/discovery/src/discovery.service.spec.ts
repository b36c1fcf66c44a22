import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConsulClient } from '@app/config';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { DiscoveryService } from './discovery.service.js';

const logger = createLogger('test');
logger.level = 'silent';

interface Reply {
  status?: number;
  index?: number;
  body?: unknown;
}

/** Answers as scripted; undefined = keeps the caller waiting. */
type Script = (method: string, path: string, query: URLSearchParams) => Reply | undefined;

const entry = (id: string, meta: Record<string, string> = {}, address = '10.0.0.1') => ({
  Node: { Address: '10.9.9.9' },
  Service: { ID: id, Service: 'system', Address: address, Port: 80, Meta: meta },
});

describe(DiscoveryService.name, () => {
  let server: Server;
  let sut: DiscoveryService;
  let script: Script;
  const calls: string[] = [];

  beforeEach(async () => {
    calls.length = 0;
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const url = new URL(request.url ?? '', 'http://x');
        calls.push(`${request.method} ${url.pathname}${body === '' ? '' : ` ${body}`}`);
        const reply = script(request.method ?? '', url.pathname, url.searchParams);
        if (reply === undefined) return;
        response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', 'x-consul-index': String(reply.index ?? 1) });
        response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    sut = new DiscoveryService(createConsulClient({ address: `127.0.0.1:${(server.address() as AddressInfo).port}` }), logger);
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await sut.deregister();
    sut.close();
  });

  const healthy = (...entries: unknown[]): Script => {
    return (_, path, query) =>
      path.startsWith('/v1/health/service/') && query.get('index') !== '0' ? undefined : { index: 3, body: entries };
  };

  it('asks for passing instances only, and picks them in turn', async () => {
    script = healthy(entry('a'), entry('b'));
    await sut.pick('system', 2_000);
    expect(calls[0]).toBe('GET /v1/health/service/system');
    const picked: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn += 1) picked.push((await sut.pick('system', 2_000))?.id);
    expect([picked[0] === picked[2], picked[1] === picked[3], new Set(picked).size]).toEqual([true, true, 2]);
  });

  it("takes the node's address for an instance that has none", async () => {
    script = healthy(entry('a', {}, ''));
    expect(await sut.whenKnown('system', 2_000)).toMatchObject([{ address: '10.9.9.9', port: 80 }]);
  });

  it('has nothing to pick before the registry has answered, and does not wait longer than said', async () => {
    script = () => undefined;
    expect(sut.instances('system')).toEqual([]);
    expect(await sut.pick('system', 20)).toBeUndefined();
  });

  it('tells of changes', async () => {
    let index = 3;
    script = (_, __, query) => (query.get('index') === String(index) ? undefined : { index, body: index === 3 ? [entry('a')] : [] });
    const seen: [string, number][] = [];
    sut.onChange((service, instances) => seen.push([service, instances.length]));
    await sut.whenKnown('system', 2_000);
    index = 4;
    server.closeAllConnections();
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual([
      ['system', 1],
      ['system', 0],
    ]);
  });

  it('keeps the last list while the registry fails, and says so', async () => {
    script = healthy(entry('a'));
    await sut.whenKnown('system', 2_000);
    script = () => ({ status: 500 });
    server.closeAllConnections();
    await waitFor(() => sut.health().status === 'degraded');
    expect([sut.instances('system').length, sut.health().detail]).toEqual([1, expect.stringContaining('last known instances')]);
    script = healthy(entry('a'));
    await waitFor(() => sut.health().status === 'up');
  });

  it('registers with a TTL check, passing, and out of an earlier maintenance', async () => {
    script = () => ({});
    await sut.register({ service: 'system', address: '::1', port: 9, meta: { version: '1' } });
    expect(calls).toEqual([
      expect.stringMatching(/^PUT \/v1\/agent\/service\/register /),
      'PUT /v1/agent/service/maintenance/system---1-9',
      'PUT /v1/agent/check/pass/service%3Asystem---1-9',
    ]);
    const [, , body = ''] = calls[0]?.split(' ') ?? [];
    expect(JSON.parse(body)).toMatchObject({
      ID: 'system---1-9',
      Name: 'system',
      Address: '::1',
      Port: 9,
      Meta: { version: '1' },
      Check: { TTL: '15s', Status: 'passing', DeregisterCriticalServiceAfter: '1m' },
    });
  });

  it('registers an instance that is down as critical, and fails its check with the reason', async () => {
    const notes: (string | null)[] = [];
    script = (_, path, query) => {
      if (path.includes('/check/')) notes.push(query.get('note'));
      return {};
    };
    await sut.register({
      service: 'system',
      address: 'h',
      port: 9,
      status: () => Promise.resolve({ status: 'down', note: 'no database' }),
    });
    expect(JSON.parse(calls[0]?.split(' ')[2] ?? '')).toMatchObject({ Check: { Status: 'critical' } });
    expect([calls.at(-1), notes]).toEqual(['PUT /v1/agent/check/fail/service%3Asystem-h-9', ['no database']]);
  });

  it('goes on trying when the registry is not there yet', async () => {
    script = () => ({ status: 500 });
    await sut.register({ service: 'system', address: 'h', port: 9 });
    expect(sut.health().status).toBe('degraded');
    script = () => ({});
    await waitFor(() => sut.health().status === 'up');
  });

  it('drains by maintenance and deregisters; both tolerate a registry that is away', async () => {
    script = () => ({});
    await sut.register({ service: 'system', address: 'h', port: 9 });
    await sut.drain();
    await sut.deregister();
    expect(calls.slice(-2)).toEqual(['PUT /v1/agent/service/maintenance/system-h-9', 'PUT /v1/agent/service/deregister/system-h-9']);
    script = () => ({ status: 500 });
    await sut.register({ service: 'system', address: 'h', port: 9 });
    await expect(sut.drain()).resolves.toBeUndefined();
    await expect(sut.deregister()).resolves.toBeUndefined();
  });

  it('follows the names of the catalogue', async () => {
    script = (_, path, query) => (query.get('index') === '0' ? { index: 2, body: { system: [], auth: ['a'] } } : undefined);
    const seen: (readonly string[])[] = [];
    sut.onServicesChange((services) => seen.push(services));
    await waitFor(() => seen.length === 1);
    expect([seen[0], sut.services()]).toEqual([
      ['auth', 'system'],
      ['auth', 'system'],
    ]);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}
