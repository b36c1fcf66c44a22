import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createLogger } from '@app/telemetry';
import { jest } from '@jest/globals';
import { Refusal } from '../store/admission/refusal.js';
import { DurableStore } from '../store/durable-store.js';
import { LocalAgent } from './local-agent.js';
import { decodeService } from './registration/service-definition.js';

const logger = createLogger('test');
logger.level = 'silent';

describe(LocalAgent.name, () => {
  let folder: string;
  let store: DurableStore;
  let sut: LocalAgent;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-agent-'));
    store = await DurableStore.open(folder, logger);
    sut = new LocalAgent(store, 'node', logger);
  });

  afterEach(async () => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    sut.stop();
    await store.close();
    await rm(folder, { recursive: true });
  });

  async function register(checks: object[]): Promise<void> {
    await sut.start({ id: 'n', name: 'node', address: '127.0.0.1', meta: {}, taggedAddresses: {} });
    await sut.registerService(decodeService(Buffer.from(JSON.stringify({ Name: 'web', Checks: checks })), 'node'), false);
  }

  const statusOf = (checkId: string) => [...sut.checks()].find((check) => check.checkId === checkId)?.status;

  it('is alive at each start, whatever is kept of before', async () => {
    await register([]);
    await store.propose({ type: 'check-status', node: 'node', checkId: 'serfHealth', status: 'critical', output: 'left' });
    await sut.start({ id: 'n', name: 'node', address: '127.0.0.1', meta: {}, taggedAddresses: {} });
    expect(store.state.catalog.check('node', 'serfHealth')).toMatchObject({ status: 'passing', output: 'Agent alive and reachable' });
  });

  it('takes the later of two heartbeats that come while the first is being written', async () => {
    await register([{ CheckID: 'c', TTL: '60s', Status: 'critical' }]);
    await Promise.all([sut.beat('c', { status: 'passing', output: '' }), sut.beat('c', { status: 'critical', output: '' })]);
    expect(statusOf('c')).toBe('critical');
  });

  it('does not acknowledge a heartbeat whose status could not be written', async () => {
    await register([{ CheckID: 'c', TTL: '60s', Status: 'critical' }]);
    jest.spyOn(store, 'propose').mockRejectedValueOnce(new Error('ENOSPC'));
    await expect(sut.beat('c', { status: 'passing', output: '' })).rejects.toThrow('ENOSPC');
    await sut.beat('c', { status: 'passing', output: '' });
    expect(statusOf('c')).toBe('passing');
  });

  it('logs the change that a check finds by itself, and none that a client tells', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const told: unknown[] = [];
    for (const level of ['warn', 'info'] as const) {
      jest.spyOn(logger, level).mockImplementation((fields: unknown, message?: string) => void told.push([level, fields, message]));
    }
    await register([{ CheckID: 'c', TTL: '10s', Status: 'critical' }]);
    await sut.beat('c', { status: 'passing', output: '' });
    jest.advanceTimersByTime(10_000);
    while (told.length === 0) await turn();
    expect(told).toEqual([['warn', { checkId: 'c', serviceName: 'web', from: 'passing', to: 'critical' }, 'A check changed its status']]);
  });

  it('notes that a TTL has run out also when that could not be written down at first', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    await register([{ CheckID: 'c', TTL: '10s', Status: 'passing' }]);
    const proposed = jest.spyOn(store, 'propose').mockRejectedValueOnce(new Refusal('busy', 'Limit reached'));
    jest.advanceTimersByTime(10_000);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect([proposed.mock.calls.length, statusOf('c')]).toEqual([1, 'passing']);
    jest.advanceTimersByTime(10_000);
    while (statusOf('c') === 'passing') await turn();
    expect(statusOf('c')).toBe('critical');
  });

  it('cuts what a heartbeat says, whichever way it came, as Consul does', async () => {
    await register([{ CheckID: 'c', TTL: '60s', Status: 'critical' }]);
    await sut.beat('c', { status: 'passing', output: 'x'.repeat(5_000) });
    const [check] = [...sut.checks()].filter(({ checkId }) => checkId === 'c');
    expect(check?.output).toBe(`${'x'.repeat(4_096)} ... (captured 4096 of 5000 bytes)`);
  });

  it('deregisters a service once that was critical for too long, however many of its checks were', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const reap = { Status: 'critical', DeregisterCriticalServiceAfter: '90s', TTL: '10h' };
    await register([
      { ...reap, CheckID: 'one' },
      { ...reap, CheckID: 'two' },
    ]);
    const proposed = jest.spyOn(store, 'propose');
    jest.advanceTimersByTime(60_000);
    expect(sut.service('web')).toBeDefined();
    jest.advanceTimersByTime(30_000);
    while (sut.service('web') !== undefined) await turn();
    expect(proposed.mock.calls).toEqual([[{ type: 'service-delete', node: 'node', id: 'web' }]]);
    expect(store.state.catalog.service('node', 'consul')).toBeDefined();
  });

  const shown = (checkId: string) => [...sut.checks()].find((check) => check.checkId === checkId);
  const stored = (checkId: string) => store.state.catalog.check('node', checkId);

  it('tells the latest output at once, and writes it down minutes later', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    await register([{ CheckID: 'c', TTL: '10h', Status: 'passing' }]);
    const proposed = jest.spyOn(store, 'propose');
    await sut.beat('c', { status: 'passing', output: 'one' });
    await sut.beat('c', { status: 'passing', output: 'two' });
    expect([shown('c')?.output, stored('c')?.output, proposed.mock.calls.length]).toEqual(['two', '', 0]);
    jest.advanceTimersByTime(450_000);
    while (stored('c')?.output !== 'two') await turn();
    expect([shown('c')?.output, proposed.mock.calls.length]).toEqual(['two', 1]);
  });

  it('writes the output down with a changed status', async () => {
    await register([{ CheckID: 'c', TTL: '10h', Status: 'passing' }]);
    await sut.beat('c', { status: 'passing', output: 'one' });
    await sut.beat('c', { status: 'warning', output: 'two' });
    expect([shown('c')?.output, stored('c')]).toMatchObject(['two', { status: 'warning', output: 'two' }]);
  });

  it('goes on with the statuses of before when it starts again', async () => {
    await register([{ CheckID: 'c', TTL: '10h' }]);
    await sut.beat('c', { status: 'warning', output: 'hot' });
    sut.stop();
    await store.close();
    store = await DurableStore.open(folder, logger);
    sut = new LocalAgent(store, 'node', logger);
    await sut.start({ id: 'n', name: 'node', address: '127.0.0.1', meta: {}, taggedAddresses: {} });
    expect(shown('c')).toMatchObject({ status: 'warning', output: 'hot' });
    await sut.beat('c', { status: 'passing', output: '' });
    expect(shown('c')).toMatchObject({ status: 'passing', output: '' });
  });

  it('an alias of its own service does not count itself', async () => {
    await register([
      { CheckID: 'own', TTL: '10h', Status: 'passing' },
      { CheckID: 'alias', AliasService: 'web' },
    ]);
    while (shown('alias')?.output !== 'All checks passing.') await turn();
    expect(shown('alias')?.status).toBe('passing');
    await sut.beat('own', { status: 'critical', output: 'down' });
    while (shown('alias')?.status !== 'critical') await turn();
    expect(shown('alias')?.output).toBe('Aliased check "Service \'web\' check" failing: down');
  });

  /** Services with an alias check each, that all mean the next in a ring. */
  async function registerRing(statuses: readonly string[]): Promise<void> {
    await register([]);
    for (const [at, Status] of statuses.entries()) {
      const alias = { CheckID: `r${at}`, AliasService: `ring-${(at + 1) % statuses.length}`, Status };
      const service = decodeService(Buffer.from(JSON.stringify({ Name: `ring-${at}`, Checks: [alias] })), 'node');
      // All at once, before any of them has looked.
      await store.propose({ type: 'service-put', service: service.service, checks: service.checks, replaceChecks: false });
    }
    sut.stop();
    await sut.start({ id: 'n', name: 'node', address: '127.0.0.1', meta: {}, taggedAddresses: {} });
  }

  it.each([
    [['passing', 'critical'], 'critical'],
    [['critical', 'passing'], 'critical'],
    [['passing', 'warning', 'passing'], 'warning'],
    [['critical', 'passing', 'warning', 'passing'], 'critical'],
    [['passing', 'passing'], 'passing'],
  ])('aliases of each other that are %j come to rest as ill as the worst of them', async (statuses, rest) => {
    await registerRing(statuses);
    const told = () => statuses.map((_, at) => statusOf(`r${at}`));
    const all = statuses.map(() => rest);
    while (!isDeepStrictEqual(told(), all) || shown('r0')?.output === '') await turn();
    for (let turns = 0; turns < 100; turns += 1) await turn();
    const { index } = store.state;
    const outputs = statuses.map((_, at) => shown(`r${at}`)?.output);
    for (let turns = 0; turns < 300; turns += 1) await turn();
    expect([store.state.index, told(), statuses.map((_, at) => shown(`r${at}`)?.output)]).toEqual([index, all, outputs]);
  });

  it('lets nothing take the place of the server itself or of the check of the node', async () => {
    await register([]);
    const service = decodeService(Buffer.from('{"Name":"consul"}'), 'node');
    await expect(sut.registerService(service, false)).rejects.toThrow('Service ID "consul" is that of the server itself');
    const check = { ...decodeService(Buffer.from('{"Name":"x","Check":{"CheckID":"serfHealth","TTL":"1h"}}'), 'node') };
    await expect(sut.registerService(check, false)).rejects.toThrow('Check ID "serfHealth" is that of the node itself');
    await expect(sut.deregisterService('consul')).rejects.toThrow('Unknown service ID "consul"');
    await expect(sut.deregisterCheck('serfHealth')).rejects.toThrow('Unknown check ID "serfHealth"');
    expect([[...sut.services()].map(({ id }) => id), [...sut.checks()].map(({ checkId }) => checkId)]).toEqual([['web'], []]);
  });
});
