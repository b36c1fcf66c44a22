import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REVOCATION_CHANNEL, type RevocationEvent } from '@app/contracts';
import {
  type ConsulProgram,
  findFreePort,
  freshRedis,
  startConsulProgram,
  startService,
  type TestServer,
  type TestService,
  waitFor,
} from '@app/testing';
import { Redis } from 'ioredis';
import { type SlowRegistry, startSlowRegistry } from './slow-registry.js';
import { startStubAuth, type StubAuth } from './stub-auth.js';

/** For the hook that starts a rig. */
export const START_TIMEOUT_MS = 90_000;

/** What a rig is started with. */
export interface RigOptions {
  /** Further environment of the gateway. */
  env?: Record<string, string>;
  redis?: TestServer;
  /** Sends spans to the registry. */
  tracing?: boolean;
  /** The gateway hears of changes of instances so much later, ms. */
  newsDelayMs?: number;
  /** Registers no stub under the name `auth`. */
  withoutAuth?: boolean;
}

/** The gateway's own at auth. */
export const GATEWAY_SECRET = 'the-machine-made-secret-of-the-gateway';

/** A token that the stub of auth takes, of a machine. */
export const TOKEN = 'a-good-token';

/** A gateway, its own registry, and a stub of auth: each a process or server of its own, on free ports. */
export class GatewayRig {
  auth!: StubAuth;
  redis!: TestServer;
  registry!: TestService;
  gateway!: TestService;
  consul = '';
  zipkin = '';
  managementUrl = '';
  publicUrl = '';
  #folder = '';
  #consulProgram: ConsulProgram | undefined;
  #publisher: Redis | undefined;
  #slowRegistry: SlowRegistry | undefined;

  static async start(options: RigOptions = {}): Promise<GatewayRig> {
    const rig = new GatewayRig();
    rig.#folder = await mkdtemp(join(tmpdir(), 'gateway-e2e-'));
    rig.auth = await startStubAuth();
    rig.auth.tokens.set(TOKEN, { sub: 'station', kind: 'client' });
    rig.redis = options.redis ?? (await freshRedis());
    await rig.#startRegistry();
    if (options.withoutAuth !== true) await rig.register('auth', rig.auth.port);
    if (options.newsDelayMs !== undefined) rig.#slowRegistry = await startSlowRegistry(rig.consul, options.newsDelayMs);
    await rig.#startGateway({ ...(options.tracing === true && { ZIPKIN_URL: rig.zipkin }), ...options.env });
    return rig;
  }

  get port(): number {
    return this.gateway.port;
  }

  /** Registers an instance, as a service would. */
  async register(service: string, port: number, meta: Record<string, string> = {}): Promise<string> {
    const id = `${service}-127.0.0.1-${port}`;
    const registration = { Name: service, ID: id, Address: '127.0.0.1', Port: port, Meta: meta };
    await this.#putToConsul('/v1/agent/service/register', JSON.stringify(registration));
    return id;
  }

  /** Registers an exposed service, and waits until the gateway routes to it. */
  async expose(service: string, ...ports: number[]): Promise<void> {
    for (const port of ports) await this.register(service, port, { 'gateway-expose': 'true' });
    await waitFor(async () => (await this.fetch(`/api/${service}/-`, { headers: { authorization: 'none' } })).status === 401, {
      what: `The route to ${service}`,
    });
    // The route is there with the first instance; the watch of the instances gives all that were registered before it.
    await waitFor(async () => (await this.#passing(service)).length === ports.length);
  }

  async deregister(id: string): Promise<void> {
    await this.#putToConsul(`/v1/agent/service/deregister/${id}`);
  }

  /** Takes an instance out of the lists of healthy ones, or puts it back. */
  async maintain(id: string, isInMaintenance: boolean): Promise<void> {
    await this.#putToConsul(`/v1/agent/service/maintenance/${id}?enable=${isInMaintenance}`);
  }

  /** Replaces the gateway's configuration in Consul KV. */
  async configure(yaml: string): Promise<void> {
    await this.#putToConsul('/v1/kv/config/gateway/data', yaml);
  }

  /** Asks the gateway; redirects are not followed. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.gateway.url}${path}`, { redirect: 'manual', ...init });
  }

  /** Asks as a machine with a good token. */
  call(path: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}): Promise<Response> {
    return this.fetch(path, { ...init, headers: { authorization: `Bearer ${TOKEN}`, ...init.headers } });
  }

  /** Publishes a revocation as auth does. */
  async revoke(event: RevocationEvent): Promise<void> {
    this.#publisher ??= new Redis(this.redis.url);
    await this.#publisher.publish(REVOCATION_CHANNEL, JSON.stringify(event));
  }

  /** What `/health/ready` of the management listener says of a check. */
  async healthOf(check: string): Promise<{ status: string; detail?: string } | undefined> {
    const answer = await fetch(`${this.managementUrl}/health/ready`);
    return ((await answer.json()) as { checks: Record<string, { status: string; detail?: string }> }).checks[check];
  }

  async stop(): Promise<void> {
    this.#publisher?.disconnect();
    await this.gateway.stop();
    this.#slowRegistry?.stop();
    await this.registry.stop();
    await this.#consulProgram?.stop();
    await Promise.all([this.auth.stop(), rm(this.#folder, { recursive: true })]);
  }

  async #startRegistry(): Promise<void> {
    const [consulPort, zipkinPort] = [await findFreePort(), await findFreePort()];
    this.#consulProgram = await startConsulProgram();
    this.consul = this.#consulProgram?.url ?? `http://127.0.0.1:${consulPort}`;
    this.zipkin = `http://127.0.0.1:${zipkinPort}`;
    await writeFile(
      join(this.#folder, 'gateway.yaml'),
      'gateway:\n  routes:\n    - id: auth\n      uri: lb://auth\n      predicates: ["Path=/oauth2/**,/.well-known/**"]\n',
    );
    this.registry = await startService('registry', {
      CONSUL_PORT: String(consulPort),
      ZIPKIN_PORT: String(zipkinPort),
      CONSUL_HTTP_ADDR: this.consul,
      REGISTRY_CONSUL: this.#consulProgram === undefined ? 'embedded' : 'external',
      REGISTRY_DATA_DIR: join(this.#folder, 'registry'),
      CONFIG_DIR: this.#folder,
    });
  }

  async #startGateway(env: Record<string, string>): Promise<void> {
    const [port, managementPort] = [await findFreePort(), await findFreePort()];
    this.publicUrl = `http://localhost:${port}`;
    this.managementUrl = `http://127.0.0.1:${managementPort}`;
    const own = {
      SERVICE_PORT: String(port),
      MANAGEMENT_PORT: String(managementPort),
      PUBLIC_URL: this.publicUrl,
      CONSUL_HTTP_ADDR: this.#slowRegistry?.url ?? this.consul,
      REDIS_URL: this.redis.url,
      CONFIG_DIR: this.#folder,
      CONSOLE_DIR: join(this.#folder, 'console'),
      GATEWAY_CLIENT_SECRET: GATEWAY_SECRET,
      GATEWAY_SESSION_SECRET: 'a-secret-of-more-than-thirty-two-characters',
      GATEWAY_ACCESS_LOG_SAMPLE_RATE: '1',
    };
    this.gateway = await startService('gateway', { ...own, ...env }, { waitUntilReady: false });
    try {
      await waitFor(async () => (await this.healthOf('revocations'))?.status === 'up', { timeoutMs: 30_000, what: 'The gateway' });
    } catch (cause) {
      throw new Error(`The gateway did not start:\n${(await this.gateway.output()).slice(-3_000)}`, { cause });
    }
  }

  async #passing(service: string): Promise<unknown[]> {
    const answer = await fetch(`${this.consul}/v1/health/service/${service}?passing=true`);
    return (await answer.json()) as unknown[];
  }

  async #putToConsul(path: string, body?: string): Promise<void> {
    const answer = await fetch(this.consul + path, { method: 'PUT', ...(body !== undefined && { body }) });
    if (!answer.ok) throw new Error(`The registry answered ${answer.status} to ${path}: ${await answer.text()}`);
  }
}
