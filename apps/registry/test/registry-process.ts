import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConsulClient, createConsulClient } from '@app/config';
import { findFreePort, startService, type TestService } from '@app/testing';

/** A registry in a process of its own, and its ports. */
export interface RegistryProcess {
  readonly service: TestService;
  readonly client: ConsulClient;
  readonly consul: string;
  readonly zipkin: string;
  /** Environment that starts it again on the same ports and data. */
  readonly environment: Readonly<Record<string, string>>;
  /** SIGKILL, then the same again; the client stays valid. */
  restart(): Promise<RegistryProcess>;
  /** SIGTERM, and removes the data. */
  stop(): Promise<number | null>;
}

/** Starts a registry on free ports with a data folder of its own. */
export async function startRegistry(environment: Readonly<Record<string, string>> = {}): Promise<RegistryProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'registry-'));
  const [servicePort, consulPort, zipkinPort] = [await findFreePort(), await findFreePort(), await findFreePort()].map(String);
  return run({
    SERVICE_PORT: servicePort ?? '',
    CONSUL_PORT: consulPort ?? '',
    ZIPKIN_PORT: zipkinPort ?? '',
    CONSUL_HTTP_ADDR: `http://127.0.0.1:${consulPort}`,
    REGISTRY_DATA_DIR: dataDir,
    ...environment,
  });
}

async function run(environment: Readonly<Record<string, string>>): Promise<RegistryProcess> {
  const service = await startService('registry', environment);
  const consul = environment.CONSUL_HTTP_ADDR ?? '';
  const client = createConsulClient({ address: consul, token: environment.CONSUL_HTTP_TOKEN });
  return {
    service,
    client,
    consul,
    zipkin: `http://127.0.0.1:${environment.ZIPKIN_PORT}`,
    environment,
    async restart() {
      await service.kill();
      client.destroy();
      return run(environment);
    },
    async stop() {
      client.destroy();
      const code = await service.stop();
      await rm(environment.REGISTRY_DATA_DIR ?? '', { recursive: true, force: true });
      return code;
    },
  };
}
