import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { discoveryConfig } from '../src/discovery.config.js';
import { DiscoveryService } from '../src/discovery.service.js';
import { START_TIMEOUT_MS, TestRegistry } from './support/registry.js';

const GRACE_MS = 6_000;
/** What is believed at once is believed before the grace could be over. */
const AT_ONCE = { timeoutMs: GRACE_MS - 1_000 };
const logger = createLogger('test');
logger.level = 'silent';

let registry: TestRegistry;
let discovery: DiscoveryService;
/** Every list that was told. */
const told: string[] = [];

beforeAll(async () => {
  registry = await TestRegistry.start();
  const config = { value: discoveryConfig.schema.parse({ lostStateGraceMs: GRACE_MS }), onChange: () => () => undefined };
  discovery = new DiscoveryService(registry.client(), config, logger);
  discovery.onChange(() => told.push(ids()));
  for (const id of ['a', 'b']) await registry.register('system', id);
  discovery.instances('system');
  await waitFor(() => ids() === 'ab');
}, START_TIMEOUT_MS);

afterAll(async () => {
  discovery.close();
  await registry.stop();
});

function ids(): string {
  return discovery
    .instances('system')
    .map(({ id }) => id.split('/').at(-1))
    .sort()
    .join('');
}

describe('the list of instances', () => {
  it('stays while the registry is down, and the health says since when', async () => {
    const before = Date.now();
    await registry.kill();
    await waitFor(() => discovery.health().status === 'degraded');
    const since = /unreachable since (\S+);/.exec(discovery.health().detail ?? '')?.[1] ?? '';
    expect(ids()).toBe('ab');
    expect(Date.parse(since)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(since)).toBeLessThanOrEqual(Date.now());
  });

  it('is as it was when the registry comes back with its data, and follows it at once', async () => {
    await registry.startAgain();
    await waitFor(() => discovery.health().status === 'up', { timeoutMs: 45_000 });
    expect(ids()).toBe('ab');
    await registry.put('/v1/agent/service/maintenance/b?enable=true');
    await waitFor(() => ids() === 'a', AT_ONCE);
    await registry.put('/v1/agent/service/maintenance/b?enable=false');
    await waitFor(() => ids() === 'ab', AT_ONCE);
  });

  it('does not go blank when the registry comes back without its data, nor shrink to whoever registers first', async () => {
    told.length = 0;
    await registry.kill();
    await registry.loseData();
    await registry.startAgain();
    await waitFor(() => discovery.health().detail?.includes('lost its state'), { timeoutMs: 45_000 });
    await registry.register('system', 'a');
    await waitFor(() => discovery.health().detail?.includes('; 1 instance'));
    expect([ids(), new Set(told)]).toEqual(['ab', new Set(['ab'])]);
  });

  it('lets go of an instance that has not registered again within the grace', async () => {
    await waitFor(() => ids() === 'a');
    expect(discovery.health()).toEqual({ status: 'up' });
  });

  it('goes blank at once when the last instance leaves a registry that is well', async () => {
    await registry.put('/v1/agent/service/deregister/a');
    await waitFor(() => ids() === '', AT_ONCE);
  });
});
