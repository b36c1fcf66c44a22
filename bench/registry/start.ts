import { startOurs, withDataFolder } from './agents.ts';
import { Connection, encode } from './connection.ts';
import { sendLoad } from './load.ts';

export const START_KEYS = 100_000;
const CONNECTIONS = 64;
const keyOf = (n: number) => `/v1/kv/start/application-${n % 1_000}/key-${n}`;

/** How long a registry of this project takes, from the start of its process, to serve a state of many keys after a SIGKILL, in ms. */
export function measureStart(kind: 'service' | 'agent'): Promise<number> {
  return withDataFolder(async (folder) => {
    const first = await startOurs(kind, folder);
    const connections = await Connection.openMany(first.address, CONNECTIONS);
    await sendLoad(connections, { requests: START_KEYS }, (n) => encode('PUT', keyOf(n), `value of key ${n}`));
    for (const connection of connections) connection.close();
    await first.stop();
    const started = performance.now();
    const again = await startOurs(kind, folder);
    try {
      const connection = await Connection.open(again.address);
      const { status } = await connection.ask(encode('GET', keyOf(START_KEYS - 1)));
      connection.close();
      if (status !== 200) throw new Error(`The last key is answered with ${status}`);
      return performance.now() - started;
    } finally {
      await again.stop();
    }
  });
}
