import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConsulClient, createConsulClient } from '@app/config';
import { findFreePort, startService, type TestService } from '@app/testing';

/** For the hook that starts a registry. */
export const START_TIMEOUT_MS = 60_000;

/** A registry in a process of its own, which is killed and started again on the same port. */
export class TestRegistry {
  #process: TestService | undefined;

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async start(): Promise<TestRegistry> {
    const folder = await mkdtemp(join(tmpdir(), 'discovery-e2e-'));
    const [port, consulPort, zipkinPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const url = `http://127.0.0.1:${consulPort}`;
    const registry = new TestRegistry(url, folder, {
      SERVICE_PORT: String(port),
      CONSUL_PORT: String(consulPort),
      ZIPKIN_PORT: String(zipkinPort),
      CONSUL_HTTP_ADDR: url,
      CONFIG_DIR: folder,
      REGISTRY_DATA_DIR: join(folder, 'data'),
    });
    await registry.startAgain();
    return registry;
  }

  client(address = this.url): ConsulClient {
    return createConsulClient({ address });
  }

  async startAgain(): Promise<void> {
    this.#process = await startService('registry', this.environment);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Its folder is empty: it knows nobody. */
  async loseData(): Promise<void> {
    await rm(join(this.folder, 'data'), { recursive: true });
  }

  async put(path: string, body?: object): Promise<void> {
    const answer = await fetch(this.url + path, { method: 'PUT', ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`The registry answered ${answer.status} to ${path}: ${await answer.text()}`);
  }

  /** Registers an instance without a check. */
  async register(service: string, id: string): Promise<void> {
    await this.put('/v1/agent/service/register', { Name: service, ID: id, Address: '127.0.0.1', Port: 1 });
  }

  /** The states of the checks of a service's own, by instance. */
  async checksOf(service: string): Promise<Record<string, string[]>> {
    const answer = await fetch(`${this.url}/v1/health/service/${service}`);
    const entries = (await answer.json()) as { Service: { ID: string }; Checks: { ServiceID: string; Status: string }[] }[];
    const own = (checks: { ServiceID: string; Status: string }[]) => checks.filter(({ ServiceID }) => ServiceID !== '');
    return Object.fromEntries(entries.map(({ Service, Checks }) => [Service.ID, own(Checks).map(({ Status }) => Status)]));
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
