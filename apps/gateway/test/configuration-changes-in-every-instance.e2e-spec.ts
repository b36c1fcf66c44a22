import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigProblem, describeRule } from '@app/config';
import { findFreePort, type LogLine, startService, type TestService, waitFor } from '@app/testing';
import { GATEWAY_SECRET, GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { type RealAuth, startRealAuth } from './support/real-auth.js';
import { startUpstream, type Upstream } from './support/upstream.js';

/** What the platform promises for a change in KV to be in force everywhere. */
/** What a change needs at most; one may meet a pause of the machine. */
const WITHIN_MS = 2_000;
/** What each change needed until it was in force in every instance, in ms. */
const waits: number[] = [];

let rig: GatewayRig;
let upstream: Upstream;
let folder: string;
/** Both instances of each. */
let gateways: { url: string; managementUrl: string; service: TestService }[];
let auths: TestService[];
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'configuration-'));
  upstream = await startUpstream();
  rig = await GatewayRig.start({ withoutAuth: true });
  const auth: RealAuth = await startRealAuth(rig, folder);
  const [port, managementPort] = [await findFreePort(), await findFreePort()];
  const second = await startService(
    'gateway',
    {
      SERVICE_PORT: String(port),
      MANAGEMENT_PORT: String(managementPort),
      PUBLIC_URL: `http://localhost:${port}`,
      CONSUL_HTTP_ADDR: rig.consul,
      REDIS_URL: rig.redis.url,
      CONFIG_DIR: folder,
      CONSOLE_DIR: join(folder, 'console'),
      GATEWAY_CLIENT_SECRET: GATEWAY_SECRET,
      GATEWAY_SESSION_SECRET: 'a-secret-of-more-than-thirty-two-characters',
    },
    { waitUntilReady: false },
  );
  const secondAuth = await auth.startAnother();
  stops.push(
    () => second.stop(),
    () => secondAuth.stop(),
    () => auth.stop(),
    () => upstream.stop(),
    () => rig.stop(),
  );
  gateways = [
    { url: rig.gateway.url, managementUrl: rig.managementUrl, service: rig.gateway },
    { url: second.url, managementUrl: `http://127.0.0.1:${managementPort}`, service: second },
  ];
  auths = [auth.service, secondAuth];
  await waitFor(() => everyone(async (url) => (await healthOf(url)).status === 'up'), { timeoutMs: 30_000, what: 'All four' });
}, START_TIMEOUT_MS);

afterAll(async () => {
  for (const stop of stops) await stop();
  await rm(folder, { recursive: true });
});

const services = () => [...gateways.map(({ service }) => service), ...auths];
const managementUrls = () => [...gateways.map(({ managementUrl }) => managementUrl), ...auths.map(({ url }) => url)];

async function everyone(holds: (managementUrl: string) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(managementUrls().map(holds))).every(Boolean);
}

async function healthOf(managementUrl: string): Promise<{ status: string; detail?: string }> {
  const answer = await fetch(`${managementUrl}/health/ready`);
  const { checks } = (await answer.json()) as { checks: Record<string, { status: string; detail?: string }> };
  return checks.config ?? { status: 'missing' };
}

async function put(name: string, yaml: string): Promise<void> {
  const answer = await fetch(`${rig.consul}/v1/kv/config/${name}/data`, { method: 'PUT', body: yaml });
  expect(await answer.text()).toBe('true');
}

/** Makes a change and awaits what it leads to. */
async function soon(what: string, change: () => Promise<void>, holds: () => Promise<boolean>): Promise<void> {
  await change();
  const startedAt = performance.now();
  await waitFor(holds, { what });
  waits.push(performance.now() - startedAt);
}

const gatewayYaml = (path: string, target: number, more = '') => `gateway:
  limits: { target: ${target} }
  routes:
    - id: auth
      uri: lb://auth
      predicates: ["Path=/oauth2/**,/.well-known/**"]
    - id: one
      uri: http://127.0.0.1:${upstream.port}
      predicates: ["Path=${path}"]
${more}`;

/** Of all gateways. */
async function statusesOf(path: string): Promise<number[]> {
  return Promise.all(gateways.map(async ({ url }) => (await fetch(url + path, { redirect: 'manual' })).status));
}

/** Of a failed authentication at each auth. */
function failOnce(): Promise<number[]> {
  return Promise.all(
    auths.map(async ({ url }) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${btoa('station:wrong-secret')}` };
      const answer = await fetch(`${url}/oauth2/token`, { method: 'POST', headers, body: 'grant_type=client_credentials' });
      return answer.status;
    }),
  );
}

const all = (statuses: readonly number[], wanted: number) => statuses.every((status) => status === wanted);
const linesAt = async (service: TestService, level: string) => (await service.logs()).filter((line: LogLine) => line.level === level);

describe('a change of the configuration', () => {
  it('of a route and of a limit is in force in every gateway, without restart', async () => {
    const long = `/first/${'x'.repeat(300)}`;
    await soon(
      'the first route',
      () => put('gateway', gatewayYaml('/first/**', 8_192)),
      async () => all(await statusesOf(long), 200),
    );
    await soon(
      'another route and a lower limit',
      () => put('gateway', gatewayYaml('/**', 256)),
      async () => all(await statusesOf(long), 414) && all(await statusesOf('/second'), 200),
    );
  });

  it('of a rate limit is in force in every auth', async () => {
    await soon(
      'the lower limit',
      () => put('auth', 'auth: { limits: { failures: 1, windowSeconds: 3600 } }'),
      async () => all(await failOnce(), 429),
    );
    await soon(
      'the higher limit',
      () => put('auth', 'auth: { limits: { failures: 1000, windowSeconds: 3600 } }'),
      async () => all(await failOnce(), 401),
    );
  });

  it('of the log level, in the document that all read, is in force in all of them', async () => {
    await put('gateway', gatewayYaml('/second/**', 8_192));
    await waitFor(async () => all(await statusesOf('/login'), 302));
    const debugLines = () => Promise.all(services().map(async (service) => (await linesAt(service, 'debug')).length));
    expect(await debugLines()).toEqual([0, 0, 0, 0]);
    await soon(
      'lines of debugging',
      () => put('application', 'logging: { level: debug }'),
      async () => {
        await statusesOf('/login');
        await everyone(async (url) => (await healthOf(url)).status === 'up');
        return (await debugLines()).every((count) => count > 0);
      },
    );
    await put('application', 'logging: { level: info }');
  });

  it.each([
    ['that breaks a rule', () => gatewayYaml('/bad/**', -1), 'gateway.limits.target (KV config/gateway/data): '],
    ['that is no YAML', () => 'gateway: { limits: { target: 1', 'KV config/gateway/data: not valid YAML: '],
    [
      'with a route that cannot be built',
      () => gatewayYaml('/bad/**', 512, '    - { id: two, uri: "lb://demo", filters: ["StripPrfix=1"] }'),
      'gateway.routes (KV config/gateway/data): route two: filters[0] "StripPrfix=1": there is no StripPrfix here',
    ],
  ])('%s is refused as a whole by every instance, which says so; the next good one is taken', async (_, yaml, reason) => {
    await put('gateway', gatewayYaml('/good/**', 8_192));
    await waitFor(async () => all(await statusesOf('/good/x'), 200));
    const refused = async () => {
      const healths = await Promise.all(gateways.map(({ managementUrl }) => healthOf(managementUrl)));
      return healths.every(({ status, detail }) => status === 'degraded' && detail?.startsWith(`refused: ${reason}`) === true);
    };
    await soon('the refusal', () => put('gateway', yaml()), refused);
    expect([await statusesOf('/good/x'), await statusesOf('/bad/x')]).toEqual([
      [200, 200],
      [404, 404],
    ]);
    expect(await statusesOf(`/good/${'x'.repeat(600)}`)).toEqual([200, 200]);
    for (const { service } of gateways) {
      const line = (await linesAt(service, 'error')).at(-1);
      expect(line?.msg).toBe('Configuration refused; the last good one stays');
      const [problem] = line?.problems as [ConfigProblem];
      expect(describeRule(problem)).toContain(reason);
    }
    const taken = async () => {
      const isUp = await everyone(async (url) => (await healthOf(url)).status === 'up');
      return isUp && all(await statusesOf('/next/x'), 200);
    };
    await soon('the next good one', () => put('gateway', gatewayYaml('/next/**', 8_192)), taken);
  });

  it('of documents that belong together is taken together', async () => {
    await put('application', 'gateway: { limits: { target: 8192 } }');
    const value = (text: string) => Buffer.from(text).toString('base64');
    const set = (name: string, text: string) => ({ KV: { Verb: 'set', Key: `config/${name}/data`, Value: value(text) } });
    const transaction = [set('application', 'gateway: { limits: { target: 256 } }'), set('gateway', gatewayYaml('/together/**', 8_192))];
    const answer = await fetch(`${rig.consul}/v1/txn`, { method: 'PUT', body: JSON.stringify(transaction) });
    expect(answer.status).toBe(200);
    await waitFor(async () => all(await statusesOf('/together/x'), 200));
    expect(await statusesOf(`/together/${'x'.repeat(300)}`)).toEqual([200, 200]);
  });

  it('is in force everywhere in under 2 s', () => {
    const median = waits.toSorted((one, other) => one - other)[Math.floor(waits.length / 2)];
    expect(waits.length).toBeGreaterThan(5);
    expect(median).toBeLessThan(WITHIN_MS);
  });
});
