import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import type { ConsulRequest } from '../src/http/consul-request.js';
import { ConsulServer } from '../src/http/consul-server.js';
import { kvRoutes } from '../src/kv/kv.routes.js';
import type { DurableStore } from '../src/store/durable-store.js';
import { RegistryState } from '../src/store/registry-state.js';
import { Watchers } from '../src/store/watchers.js';

const KEYS = 20_000;
const WATCHERS = 50;
/** As many as are asked at once beside those who are woken. */
const OTHERS = 4;

const logger = createLogger('test');
logger.level = 'silent';

describe('a change that wakes many who wait for a large tree', () => {
  const state = new RegistryState();
  const watchers = new Watchers();
  /** What was answered, in order. */
  const answered: string[] = [];
  let held = 0;
  let server: ConsulServer;
  let address: string;

  function put(key: string): ReadonlySet<string> {
    const touched = new Set<string>();
    state.apply({ type: 'kv-put', key, value: 'MQ==', flags: '0' }, state.index + 1, touched);
    return touched;
  }

  beforeAll(async () => {
    for (let number = 0; number < KEYS; number += 1) put(`tree/${number}`);
    const [kv] = kvRoutes({ state, watchers } as unknown as DurableStore);
    const read = async (request: ConsulRequest) => {
      const whenGone = (end: () => void) => {
        held += 1;
        request.whenGone(end);
      };
      const answer = await kv?.methods.GET?.({ ...request, whenGone });
      answered.push('woken');
      return answer ?? {};
    };
    const other = () => {
      answered.push('other');
      return {};
    };
    const routes = [
      { path: '/v1/kv/', methods: { GET: read } },
      { path: '/other', methods: { GET: other } },
    ];
    server = new ConsulServer(routes, { host: '127.0.0.1', port: 0, token: undefined, datacenter: 'dc1' }, logger);
    address = `http://127.0.0.1:${await server.listen()}`;
  });

  afterAll(() => server.close());

  it('lets other requests through between the answers to them', async () => {
    // Each has an answer of its own: none is kept for the next.
    const waits = Array.from({ length: WATCHERS }, async (_, number) => {
      const response = await fetch(`${address}/v1/kv/tree/?keys&separator=${'x'.repeat(number + 1)}&index=${state.index}`);
      return (JSON.parse(await response.text()) as unknown[]).length;
    });
    await waitFor(() => held === WATCHERS, { timeoutMs: 30_000 });
    let isDone = false;
    const others = Array.from({ length: OTHERS }, async () => {
      while (!isDone) await (await fetch(`${address}/other`)).text();
    });
    await waitFor(() => answered.length > OTHERS, { timeoutMs: 30_000 });
    watchers.wake(put('tree/new'));
    expect(new Set(await Promise.all(waits))).toEqual(new Set([KEYS + 1]));
    isDone = true;
    await Promise.all(others);
    const between = answered.slice(answered.indexOf('woken'), answered.lastIndexOf('woken'));
    expect(between).toContain('other');
  });
});
