import { Agent, request } from 'node:http';

/** An answer of which only this much is wanted. */
interface Answer {
  readonly status: number;
  readonly text: string;
  /** NaN when there is none. */
  readonly index: number;
}

/** Bare requests on kept connections: a client that does more could not write fast enough. */
export class CrashClient {
  private readonly connections = new Agent({ keepAlive: true });

  constructor(private readonly address: string) {}

  /** Rejects when the agent goes away before it has answered. */
  ask(method: string, path: string, body = ''): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const headers = { 'content-length': Buffer.byteLength(body) };
    const outgoing = request(`${this.address}/v1${path}`, { method, agent: this.connections, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const index = Number(incoming.headers['x-consul-index'] ?? NaN);
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString(), index });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  }

  close(): void {
    this.connections.destroy();
  }
}

/** Something that is written again and again by one writer: what was acknowledged last, and what is on its way. */
export interface Cell {
  readonly name: string;
  /** Undefined = it is not there. */
  acknowledged: string | undefined;
  onItsWay: { readonly value: string | undefined } | undefined;
  /** Sends one write; true once it is acknowledged. */
  readonly send: (client: CrashClient, value: string | undefined) => Promise<boolean>;
  /** What the n-th write makes of it. */
  readonly valueOf: (n: number) => string | undefined;
}

/** A key that is always overwritten. */
export function putCell(name: string): Cell {
  return cell(name, String, async (client, value) => (await client.ask('PUT', `/kv/${name}`, value)).text === 'true');
}

/** A key that is only written when it is as it was. */
export function casCell(name: string): Cell {
  return cell(name, String, async (client, value) => {
    const existing = await client.ask('GET', `/kv/${name}`);
    const index = existing.status === 404 ? 0 : (JSON.parse(existing.text) as { ModifyIndex: number }[])[0]?.ModifyIndex;
    return (await client.ask('PUT', `/kv/${name}?cas=${index ?? -1}`, value)).text === 'true';
  });
}

/** A key that comes and goes. */
export function deletedCell(name: string): Cell {
  const valueOf = (n: number) => (n % 2 === 0 ? undefined : String(n));
  return cell(name, valueOf, async (client, value) => {
    const answer = value === undefined ? await client.ask('DELETE', `/kv/${name}`) : await client.ask('PUT', `/kv/${name}`, value);
    return answer.text === 'true';
  });
}

/** A service whose port changes, and which sometimes goes. */
export function serviceCell(id: string): Cell {
  const valueOf = (n: number) => (n % 5 === 0 ? undefined : String(1 + (n % 65_000)));
  return cell(id, valueOf, async (client, value) => {
    if (value === undefined) return [200, 404].includes((await client.ask('PUT', `/agent/service/deregister/${id}`)).status);
    const registration = JSON.stringify({ ID: id, Name: 'crash', Port: Number(value), Check: { TTL: '1h' } });
    return (await client.ask('PUT', '/agent/service/register', registration)).status === 200;
  });
}

function cell(name: string, valueOf: Cell['valueOf'], send: Cell['send']): Cell {
  return { name, acknowledged: undefined, onItsWay: undefined, valueOf, send };
}

/**
 * Writes one after the other until the agent is gone.
 *
 * @param next the number of the next write
 * @param onAcknowledged called for each
 * @throws Error when a write is refused
 */
export async function writeUntilGone(
  client: CrashClient,
  cells: readonly Cell[],
  next: () => number,
  onAcknowledged: () => void,
): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const written = cells[turn % cells.length];
    if (written === undefined) return;
    const value = written.valueOf(next());
    written.onItsWay = { value };
    const isAcknowledged = await written.send(client, value).catch(() => undefined);
    if (isAcknowledged === undefined) return;
    if (!isAcknowledged) throw new Error(`The write of ${written.name} was refused`);
    written.acknowledged = value;
    written.onItsWay = undefined;
    onAcknowledged();
  }
}
