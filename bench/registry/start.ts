import { startOurs, withDataFolder } from './agents.ts';
import { Connection, encode } from './connection.ts';
import { sendLoad } from './load.ts';

export const START_KEYS = 100_000;
const CONNECTIONS = 64;
const keyOf = (n: number) => `/v1/kv/start/application-${n % 1_000}/key-${n}`;

/**
 * How long a registry of this project takes, from the start of its process, to serve a state of many keys after a SIGKILL, in ms. It may use
 * all cores, as where the launcher starts it: to be called before anything is pinned.
 *
 * @returns a figure for each of `runs` starts
 */
export function measureStart(kind: 'service' | 'agent', runs: number): Promise<number[]> {
  return withDataFolder(async (folder) => {
    await fill(kind, folder);
    const figures: number[] = [];
    for (let run = 0; run < runs; run += 1) figures.push(await startOnce(kind, folder));
    return figures;
  });
}

async function fill(kind: 'service' | 'agent', folder: string): Promise<void> {
  const agent = await startOurs(kind, folder);
  const connections = await Connection.openMany(agent.address, CONNECTIONS);
  await sendLoad(connections, { requests: START_KEYS }, (n) => encode('PUT', keyOf(n), `value of key ${n}`));
  for (const connection of connections) connection.close();
  await agent.stop();
}

async function startOnce(kind: 'service' | 'agent', folder: string): Promise<number> {
  const started = performance.now();
  const agent = await startOurs(kind, folder);
  try {
    const connection = await Connection.open(agent.address);
    const { status } = await connection.ask(encode('GET', keyOf(START_KEYS - 1)));
    const took = performance.now() - started;
    connection.close();
    if (status !== 200) throw new Error(`The last key is answered with ${status}`);
    return took;
  } finally {
    await agent.stop();
  }
}
