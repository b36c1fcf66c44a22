import { mkdtemp, open } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort, startProcess } from '@app/engines';
import { runFolder } from './run-client.js';
import { waitFor } from './wait-for.js';

/** A Consul that is not this project's, in a process of its own. */
export interface ConsulProgram {
  /** `CONSUL_HTTP_ADDR` for services. */
  readonly url: string;
  stop: () => Promise<void>;
}

/**
 * Starts a Consul of its own, in memory, from the program that `CAUSEWAY_TEST_CONSUL` names.
 *
 * @returns undefined when the variable is not set: the tests then stand on the project's own registry
 * @throws Error when it does not answer in time
 */
export async function startConsulProgram(): Promise<ConsulProgram | undefined> {
  const command = process.env.CAUSEWAY_TEST_CONSUL ?? '';
  if (command === '') return undefined;
  const [http, server, lan, wan] = [await findFreePort(), await findFreePort(), await findFreePort(), await findFreePort()];
  const cwd = await mkdtemp(join(await runFolder(), 'consul-'));
  const log = await open(join(cwd, 'consul.log'), 'a');
  const loopback = ['-client', '127.0.0.1', '-bind', '127.0.0.1'];
  const ports = ['-http-port', `${http}`, '-server-port', `${server}`, '-serf-lan-port', `${lan}`, '-serf-wan-port', `${wan}`];
  const unused = ['-dns-port', '-1', '-grpc-port', '-1', '-grpc-tls-port', '-1'];
  const consul = startProcess({
    command,
    args: ['agent', '-dev', ...loopback, ...ports, ...unused],
    cwd,
    account: undefined,
    env: process.env,
    logDescriptor: log.fd,
    port: http,
    stopSignal: 'SIGINT',
  });
  await log.close();
  consul.unref();
  const url = `http://127.0.0.1:${http}`;
  try {
    await waitFor(() => hasLeader(url), { timeoutMs: 30_000, what: `Consul (${command}, log in ${cwd})` });
  } catch (error) {
    await consul.kill();
    throw error;
  }
  return { url, stop: () => consul.stop() };
}

async function hasLeader(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/v1/health/service/consul?passing`);
  return ((await answer.json()) as unknown[]).length > 0;
}
