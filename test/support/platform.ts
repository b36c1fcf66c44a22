import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConsulProgram } from '@app/testing';
import { findFreeOffset, npm, run } from '../../tools/launcher/test/support/launcher.ts';

export { eventually } from '../../tools/launcher/test/support/launcher.ts';

interface Client {
  clientId: string;
  clientSecret: string;
  scopes: string[];
  for?: string;
}

/** What `npm run credentials -- --json` prints. */
export interface Credentials {
  address: string;
  issuer: string;
  services: Record<string, string>;
  users: { username: string; password: string; roles: string[] }[];
  clients: Client[];
}

/** One line of `npm run status -- --json`. */
export interface PartStatus {
  name: string;
  pid: number | null;
  state: string;
  restarts: number;
}

/** A whole platform of its own, started as a user starts it. */
export interface Platform {
  credentials: Credentials;
  /** The status of every part. */
  status(): Promise<PartStatus[]>;
  /** A bearer token of the machine client that is meant for `purpose`. */
  token(purpose: 'station' | 'reports'): Promise<string>;
  stop: () => Promise<void>;
}

/** Starts the platform without feed on a data folder and ports of its own; on a Consul of its own when `CAUSEWAY_TEST_CONSUL` names one. */
export async function startPlatform(): Promise<Platform> {
  const data = await mkdtemp(join(tmpdir(), 'causeway platform '));
  const consul = await startConsulProgram();
  const stop = async () => {
    await npm('stop', '--', '--data', data);
    await consul?.stop();
    await rm(data, { recursive: true, force: true });
  };
  const started = await run(
    ['npm', 'start', '--', '--detach', '--no-feed', '--data', data, '--port-offset', String(await findFreeOffset())],
    consul && { CONSUL_HTTP_ADDR: consul.url },
  );
  if (started.code !== 0) {
    await consul?.stop();
    await rm(data, { recursive: true, force: true });
    throw new Error(`the platform did not start: ${started.stderr}`);
  }
  const { stdout } = await npm('run', '--silent', 'credentials', '--', '--json', '--data', data);
  const credentials = JSON.parse(stdout) as Credentials;
  return {
    credentials,
    status: async () => {
      const answer = await npm('run', '--silent', 'status', '--', '--json', '--data', data);
      return (JSON.parse(answer.stdout) as { parts: PartStatus[] }).parts;
    },
    token: (purpose) => fetchToken(credentials, purpose),
    stop,
  };
}

async function fetchToken(credentials: Credentials, purpose: string): Promise<string> {
  const client = credentials.clients.find((candidate) => candidate.for === purpose);
  if (client === undefined) throw new Error(`no client for ${purpose}`);
  const response = await fetch(`${credentials.address}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: client.scopes.join(' ') }),
  });
  if (!response.ok) throw new Error(`token endpoint answered ${String(response.status)}: ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}
