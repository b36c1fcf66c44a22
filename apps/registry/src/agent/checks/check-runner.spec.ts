import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { CheckDefinition } from '../../store/entries.js';
import type { CheckResult } from './check-result.js';
import { CheckRunner } from './check-runner.js';

/** As many checks as may be begun at once. */
const SLOTS = 256;

describe(CheckRunner.name, () => {
  const sockets: Socket[] = [];
  let server: Server | undefined;
  let runner: CheckRunner;

  afterEach(async () => {
    runner.stopAll();
    for (const socket of sockets.splice(0)) socket.destroy();
    if (server?.listening === true) await close(server);
  });

  /** The first result of a check that is made at once. */
  function run(definition: CheckDefinition, output = ''): Promise<CheckResult> {
    return new Promise((resolve) => {
      runner = new CheckRunner((_, result) => resolve(result));
      runner.start({ checkId: 'c', output, definition: { intervalMs: 1, timeoutMs: 2_000, ...definition } });
    });
  }

  async function listen(made: Server): Promise<number> {
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return (made.address() as AddressInfo).port;
  }

  function close(made: Server): Promise<unknown> {
    return new Promise((resolve) => made.close(resolve));
  }

  it('a TCP check passes while something listens, and is critical when nothing does', async () => {
    const made = createServer((socket) => socket.destroy());
    const tcp = `127.0.0.1:${await listen(made)}`;
    expect(await run({ tcp })).toEqual({ status: 'passing', output: `TCP connect ${tcp}: Success` });
    runner.stopAll();
    await close(made);
    expect(await run({ tcp })).toEqual({ status: 'critical', output: `dial tcp ${tcp}: connect: connection refused` });
  });

  it.each([
    ['nocolon', 'dial tcp: address nocolon: missing port in address'],
    ['127.0.0.1:99999', 'dial tcp: address 99999: invalid port'],
  ])('a TCP check of %s says what is wrong with it', async (tcp, output) => {
    expect(await run({ tcp })).toEqual({ status: 'critical', output });
  });

  it('a TCP check with TLS is critical when the handshake is not finished in time', async () => {
    const tcp = `127.0.0.1:${await listen(createServer((socket) => socket.resume()))}`;
    expect(await run({ tcp, tcpUseTls: true, timeoutMs: 50 })).toEqual({ status: 'critical', output: 'context deadline exceeded' });
  });

  it('an HTTP check is made again after its interval, and told every time', async () => {
    const url = `http://127.0.0.1:${await listen(createHttpServer((_, response) => response.end()))}/`;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const results: CheckResult[] = [];
    runner = new CheckRunner((_, result) => {
      if (results.push(result) === 3) resolve(undefined);
    });
    runner.start({ checkId: 'c', output: '', definition: { http: url, intervalMs: 1, timeoutMs: 2_000 } });
    await promise;
    expect(results.map(({ status }) => status)).toEqual(['passing', 'passing', 'passing']);
  });

  it('an HTTP check tells a failure only as often as it is asked to', async () => {
    const url = `http://127.0.0.1:${await listen(createHttpServer((_, response) => response.writeHead(answers.shift() ?? 500).end()))}/`;
    const answers = [200, 500, 500, 500];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const statuses: string[] = [];
    runner = new CheckRunner((_, { status }) => {
      if (statuses.push(status) === 2) resolve(undefined);
    });
    runner.start({ checkId: 'c', output: '', definition: { http: url, intervalMs: 1, timeoutMs: 2_000, failuresBeforeCritical: 3 } });
    await promise;
    expect([statuses, answers]).toEqual([['passing', 'critical'], []]);
  });

  it.each([
    [{ udp: 'no-such-host.invalid:9' }, 'dial udp: lookup no-such-host.invalid: no such host'],
    [{ udp: 'nonsense' }, 'dial udp: address nonsense: missing port in address'],
    [{ h2ping: 'nonsense' }, 'Failed to dial to nonsense: dial tcp: address nonsense: missing port in address'],
  ])('%j, which cannot be made, is critical time and again', async (definition, output) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const results: CheckResult[] = [];
    runner = new CheckRunner((_, result) => {
      if (results.push(result) === 2) resolve(undefined);
    });
    runner.start({ checkId: 'c', output: '', definition: { intervalMs: 1, timeoutMs: 20_000, ...definition } });
    await promise;
    expect(results.slice(0, 2)).toEqual([
      { status: 'critical', output },
      { status: 'critical', output },
    ]);
  });

  it('checks whose targets say nothing do not keep others from being made, however many they are', async () => {
    const all = Promise.withResolvers<undefined>();
    let connections = 0;
    const silent = createServer((socket) => {
      sockets.push(socket.resume());
      connections += 1;
      if (connections === SLOTS) all.resolve(undefined);
    });
    const tcp = `127.0.0.1:${await listen(silent)}`;
    const passed = Promise.withResolvers<CheckResult>();
    runner = new CheckRunner((checkId, result) => {
      if (checkId === 'quick') passed.resolve(result);
    });
    const hanging = { tcp, tcpUseTls: true, intervalMs: 1, timeoutMs: 600_000 };
    for (let at = 0; at < SLOTS; at += 1) runner.start({ checkId: `slow-${at}`, output: '', definition: hanging });
    await all.promise;
    runner.start({ checkId: 'quick', output: '', definition: { tcp, intervalMs: 1, timeoutMs: 20_000 } });
    expect(await passed.promise).toEqual({ status: 'passing', output: `TCP connect ${tcp}: Success` });
  });

  it.each<[string, (target: string) => CheckDefinition]>([
    ['HTTP', (target) => ({ http: `http://${target}/` })],
    ['TCP', (target) => ({ tcp: target, tcpUseTls: true })],
    ['gRPC', (target) => ({ grpc: target })],
    ['H2Ping', (target) => ({ h2ping: target, h2pingUseTls: false })],
  ])('the probe of a %s check that is stopped or started anew ends at once, and is not told', async (_, definitionOf) => {
    const asked: (() => void)[] = [];
    const closed: Promise<unknown>[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
      socket.once('data', () => asked.shift()?.());
      closed.push(new Promise((resolve) => socket.on('error', () => socket.destroy()).once('close', resolve)));
    });
    const definition = { ...definitionOf(`127.0.0.1:${await listen(silent)}`), intervalMs: 1, timeoutMs: 600_000 };
    const told: unknown[] = [];
    runner = new CheckRunner((...result) => told.push(result));
    for (let probes = 0; probes < 2; probes += 1) {
      const isAsked = new Promise<void>((resolve) => asked.push(resolve));
      runner.start({ checkId: 'c', output: '', definition });
      await isAsked;
    }
    await closed[0];
    runner.stop('c');
    await closed[1];
    expect([closed.length, told]).toEqual([2, []]);
  });

  it('the probe of a UDP check that is stopped closes its socket', async () => {
    const target = createSocket('udp4');
    const asked = new Promise((resolve) => target.once('message', resolve));
    await new Promise<void>((resolve) => target.bind(0, '127.0.0.1', resolve));
    const open = () => process.getActiveResourcesInfo().filter((resource) => resource.startsWith('UDP')).length;
    const before = open();
    const told: unknown[] = [];
    runner = new CheckRunner((...result) => told.push(result));
    const definition = { udp: `127.0.0.1:${target.address().port}`, intervalMs: 1, timeoutMs: 600_000 };
    runner.start({ checkId: 'c', output: '', definition });
    await asked;
    expect(open()).toBe(before + 1);
    runner.stop('c');
    while (open() > before) await turn();
    target.close();
    expect(told).toEqual([]);
  });

  it('a TTL check is critical once no heartbeat comes, and says what was heard last', async () => {
    expect(await run({ ttlMs: 1 })).toEqual({ status: 'critical', output: 'TTL expired' });
    const output = 'TTL expired (last output before timeout follows): all well';
    expect(await run({ ttlMs: 1 }, 'all well')).toEqual({ status: 'critical', output });
  });

  it('checks that are started together are made at different times of their interval', () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    runner = new CheckRunner(() => undefined);
    for (let at = 0; at < 200; at += 1) {
      runner.start({ checkId: `c${at}`, output: '', definition: { tcp: '127.0.0.1:1', intervalMs: 100_000, timeoutMs: 1_000 } });
    }
    const quarters = timers.mock.calls.map(([, ms]) => Math.floor(Number(ms) / 25_000));
    expect([quarters.length, new Set(quarters)]).toEqual([200, new Set(quarters.filter((quarter) => quarter <= 4))]);
    expect(new Set(quarters).size).toBeGreaterThanOrEqual(4);
    timers.mockRestore();
  });
});
