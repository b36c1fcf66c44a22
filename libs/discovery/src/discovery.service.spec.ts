import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConsulClient } from '@app/config';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { discoveryConfig, type DiscoveryConfig, type LiveDiscoveryConfig } from './discovery.config.js';
import { DiscoveryService } from './discovery.service.js';
import type { FollowLimits } from './followed-services.js';

const logger = createLogger('test');
logger.level = 'silent';

interface Reply {
  status?: number;
  index?: number;
  body?: unknown;
}

/** Answers as scripted; undefined = keeps the caller waiting. */
type Script = (method: string, path: string, query: URLSearchParams) => Reply | undefined;

const entry = (id: string, status = 'passing', meta: Record<string, string> = {}, node = 'n') => ({
  Node: { Node: node, Address: '10.9.9.9' },
  Service: { ID: id, Service: 'system', Address: '10.0.0.1', Port: 80, Meta: meta, CreateIndex: 1 },
  Checks: [{ Status: status }],
});

/** A configuration that a test changes. */
class TestConfig implements LiveDiscoveryConfig {
  value: DiscoveryConfig = discoveryConfig.schema.parse({});
  private readonly listeners = new Set<(value: DiscoveryConfig, previous: DiscoveryConfig) => void>();

  onChange(listener: (value: DiscoveryConfig, previous: DiscoveryConfig) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(values: Partial<DiscoveryConfig>): void {
    const previous = this.value;
    this.value = { ...previous, ...values };
    for (const listener of this.listeners) listener(this.value, previous);
  }
}

describe(DiscoveryService.name, () => {
  let server: Server;
  let sut: DiscoveryService;
  let script: Script;
  let config: TestConfig;
  const calls: string[] = [];
  /** Paths of queries that the caller has given up. */
  const closed = new Set<string>();

  const opened: DiscoveryService[] = [];
  const create = (limits?: FollowLimits) => {
    const client = createConsulClient({ address: `127.0.0.1:${(server.address() as AddressInfo).port}` });
    const service = new DiscoveryService(client, config, logger, limits);
    opened.push(service);
    return service;
  };

  beforeEach(async () => {
    calls.length = 0;
    closed.clear();
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const url = new URL(request.url ?? '', 'http://x');
        calls.push(`${request.method} ${url.pathname}${body === '' ? '' : ` ${body}`}`);
        response.once('close', () => response.writableFinished || closed.add(url.pathname));
        const reply = script(request.method ?? '', url.pathname, url.searchParams);
        if (reply === undefined) return;
        response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', 'x-consul-index': String(reply.index ?? 1) });
        response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    config = new TestConfig();
    sut = create();
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    for (const service of opened.splice(0)) {
      await service.deregister();
      service.close();
    }
  });

  const healthy = (...entries: unknown[]): Script => {
    return (_, path, query) =>
      path.startsWith('/v1/health/service/') && query.get('index') !== '0' ? undefined : { index: 3, body: entries };
  };

  const picked = (turns: number) => {
    const ids: string[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const lease = sut.pick('system');
      ids.push(lease?.instance.id.replace('n/', '') ?? 'none');
      lease?.release();
    }
    return ids.sort().join('');
  };

  it('picks instances that take requests: none that is critical or in maintenance, as the checks of the answer say', async () => {
    script = healthy(entry('a'), entry('b', 'critical'), entry('c', 'warning'));
    const known = await sut.whenKnown('system', 2_000);
    expect(known.map(({ id }) => id)).toEqual(['n/a', 'n/c']);
    expect(picked(4)).toBe('aacc');
    expect(sut.pick('system', ({ id }) => id !== 'n/c')?.instance.id).toBe('n/c');
    expect(sut.pick('system', () => true)).toBeUndefined();
  });

  it('picks each of two instances that have the same ID on two nodes', async () => {
    script = healthy(entry('a'), entry('a', 'passing', {}, 'm'));
    await sut.whenKnown('system', 2_000);
    expect(picked(4)).toBe('aam/am/a');
  });

  it('balances as the configuration says, also when it changes, service by service', async () => {
    script = healthy(entry('a', 'passing', { weight: '3', zone: 'north' }), entry('b'));
    await sut.whenKnown('system', 2_000);
    expect(picked(4)).toBe('aabb');
    config.set({ services: { system: { strategy: 'weighted' } } });
    expect(picked(4)).toBe('aaab');
    config.set({ services: { system: { strategy: 'weighted' } }, zone: 'north' });
    expect(picked(4)).toBe('aaaa');
    config.set({ services: { system: { preferZone: false } } });
    expect(picked(4)).toBe('aabb');
  });

  it('has nothing to pick before the registry has answered, and does not wait longer than said', async () => {
    script = () => undefined;
    expect(sut.pick('system')).toBeUndefined();
    expect(await sut.whenKnown('system', 20)).toEqual([]);
  });

  it('tells of changes', async () => {
    let index = 3;
    script = (_, __, query) =>
      query.get('index') === String(index) ? undefined : { index, body: [entry('a', index === 3 ? 'passing' : 'critical')] };
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

  it.each([
    ['a page of a proxy', '<html>busy</html>'],
    ['an object', {}],
    ['a list of something else', [{ id: 'b' }]],
  ])('takes %s for a bad answer: the last list stays, and it does not ask again and again', async (_, body) => {
    script = healthy(entry('a'));
    await sut.whenKnown('system', 2_000);
    let asked = 0;
    script = () => {
      asked += 1;
      return { index: 9, body };
    };
    server.closeAllConnections();
    await waitFor(() => asked >= 3);
    expect([picked(1), sut.health().status, asked]).toEqual(['a', 'degraded', 3]);
  });

  it('keeps the last names of the catalogue when the answer is none', async () => {
    script = () => ({ index: 2, body: { system: [] } });
    await waitFor(() => sut.services().length === 1);
    script = () => ({ index: 3, body: ['nonsense'] });
    await waitFor(() => sut.health().status === 'degraded');
    expect(sut.services()).toEqual(['system']);
  });

  it('keeps for a while what a registry has lost, says so, and lets go of it', async () => {
    let reply: Reply = { index: 9, body: [entry('a'), entry('b')] };
    script = (_, __, query) => (query.get('index') === String(reply.index) ? undefined : reply);
    const answer = (next: Reply) => {
      reply = next;
      server.closeAllConnections();
    };
    await sut.whenKnown('system', 2_000);
    config.set({ lostStateGraceMs: 3_600_000 });
    answer({ index: 3, body: [] });
    await waitFor(() => sut.health().detail?.includes('lost its state'));
    expect([sut.health().detail, picked(2)]).toEqual([expect.stringContaining('2 instances'), 'ab']);
    answer({ index: 4, body: [entry('a'), entry('b')] });
    await waitFor(() => sut.health().status === 'up');
    config.set({ lostStateGraceMs: 20 });
    answer({ index: 2, body: [entry('a')] });
    await waitFor(() => picked(2) === 'aa');
    await waitFor(() => sut.health().status === 'up');
  });

  it('goes on when a listener fails', async () => {
    script = healthy(entry('a'));
    const seen: string[] = [];
    sut.onChange(() => {
      throw new Error('not mine');
    });
    sut.onChange((service) => seen.push(service));
    await sut.whenKnown('system', 2_000);
    expect([seen, sut.health().status]).toEqual([['system'], 'up']);
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

  it('registers again in another zone when the configuration says so', async () => {
    script = () => ({});
    await sut.register({ service: 'system', address: 'h', port: 9, meta: { version: '1' } });
    config.set({ zone: 'north' });
    const metas = () =>
      calls.filter((call) => call.includes('/register ')).map((call) => (JSON.parse(call.split(' ')[2] ?? '') as { Meta: unknown }).Meta);
    await waitFor(() => metas().length === 2);
    expect(metas()).toEqual([{ version: '1' }, { version: '1', zone: 'north' }]);
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

  describe('of services that nobody asks for', () => {
    /** Follows a service that does not answer, until its query is given up: by then every idle one has gone. */
    const followBriefly = async () => {
      sut.instances('idle');
      await waitFor(() => closed.has('/v1/health/service/idle'));
    };

    it('lets go, and follows them again when they are asked for', async () => {
      let isAnswering = false;
      script = (_, __, query) => (isAnswering && query.get('index') === '0' ? { body: [entry('a')] } : undefined);
      sut = create({ services: 1, idleMs: 300 });
      await followBriefly();
      isAnswering = true;
      expect(sut.instances('idle')).toEqual([]);
      await waitFor(() => sut.instances('idle').length === 1);
    });

    it('keeps those at which a request is under way, and those that the catalogue names while it is followed', async () => {
      const named = { named: [], system: [] };
      script = (_, path, query) => {
        if (query.get('index') !== '0' || path.endsWith('/idle')) return undefined;
        return { body: path.startsWith('/v1/catalog') ? named : [entry('a')] };
      };
      sut = create({ services: 4, idleMs: 300 });
      await waitFor(() => sut.services().length === 2);
      await waitFor(() => sut.instances('named').length === 1);
      const lease = await waitFor(() => sut.pick('busy'));
      await followBriefly();
      // One that is followed anew knows nobody yet.
      const other = sut.pick('busy');
      expect([other?.instance.id, sut.instances('named').length]).toEqual(['n/a', 1]);
      closed.clear();
      lease.release();
      other?.release();
      await waitFor(() => closed.has('/v1/health/service/busy'));
    });

    it('lets go of none before the catalogue is known', async () => {
      script = (_, path, query) => (path.startsWith('/v1/catalog') || query.get('index') !== '0' ? undefined : { body: [entry('a')] });
      sut = create({ services: 2, idleMs: 20 });
      sut.services();
      await sut.whenKnown('system', 20_000);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(sut.instances('system').length).toBe(1);
    });

    it('refuses one service too many', () => {
      sut = create({ services: 1, idleMs: 60_000 });
      script = () => undefined;
      sut.instances('system');
      expect(() => sut.pick('auth')).toThrow('No more than 1 services');
      expect(sut.pick('system')).toBeUndefined();
    });
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}
