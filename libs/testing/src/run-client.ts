import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RUN_FOLDER_VARIABLE, RunHost } from './run-host.js';

let ownHost: Promise<RunHost> | undefined;

/** The folder of this test run, for files that end with it. Outside of jest a run is opened that ends with the process. */
export async function runFolder(): Promise<string> {
  const given = process.env[RUN_FOLDER_VARIABLE];
  if (given !== undefined) return given;
  ownHost ??= RunHost.start();
  return (await ownHost).folder;
}

/**
 * Asks the run for something shared.
 *
 * @throws Error with the reason when the run cannot make it
 */
export async function askRun<T>(what: 'build' | 'postgres' | 'redis' | 'redis-database'): Promise<T> {
  const socketPath = join(await runFolder(), 'host.sock');
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const call = request({ socketPath, path: `/${what}`, method: 'POST', agent: false }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 500, body });
      }, reject);
    });
    call.on('error', reject);
    call.end();
  });
  if (status !== 200) throw new Error(body);
  return JSON.parse(body) as T;
}

/** Compiles every app and lib that has changed, once per test run: for tests that start processes of their own. */
export async function compileOnce(): Promise<void> {
  await askRun('build');
}
