import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findFreePort } from '@app/engines';

/** A folder for one test, and how to remove it. */
export async function makeFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'engines trial-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Options of a PostgreSQL for tests, below a folder. */
export async function postgresOptions(folder: string) {
  return { dataDir: join(folder, 'postgres'), port: await findFreePort(), superuserPassword: "it's secret", durable: false };
}

/** Options of a Redis for tests, below a folder. */
export async function redisOptions(folder: string) {
  return { dataDir: join(folder, 'redis'), port: await findFreePort(), password: 'secret' };
}

/** Runs one statement as the superuser. */
export async function query(port: number, text: string, password = "it's secret"): Promise<unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', password });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Whether a process is there and not merely waiting to be collected. */
export async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !status.includes(') Z ');
}
