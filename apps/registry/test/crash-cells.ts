import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer of which only this much is wanted. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** NaN when there is none. */
  readonly index: number;
}

const HEAD_END = '\r\n\r\n';

/** One request at a time on a connection that is kept, bare: a client that does more could not write fast enough beside its agent. */
export class CrashConnection {
  private received = '';
  private answered: PromiseWithResolvers<Answer> | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    // Bytes are characters in latin1, so that lengths hold.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
      this.takeAnswer();
    });
    socket.on('error', (error) => this.answered?.reject(error));
    socket.on('close', () => this.answered?.reject(new Error('The agent closed the connection')));
  }

  static async open(address: string): Promise<CrashConnection> {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new CrashConnection(socket);
  }

  /** Rejects when the agent goes away before it has answered. */
  ask(method: string, path: string, body = ''): Promise<Answer> {
    this.answered = Promise.withResolvers<Answer>();
    if (this.socket.destroyed) this.answered.reject(new Error('The connection is closed'));
    else this.socket.write(`${method} /v1${path} HTTP/1.1\r\nHost: agent\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return this.answered.promise;
  }

  /** Answers must have their length: only long ones, which nobody asks for here, have none. */
  private takeAnswer(): void {
    const bodyAt = this.received.indexOf(HEAD_END) + HEAD_END.length;
    if (bodyAt < HEAD_END.length) return;
    const head = this.received.slice(0, bodyAt).toLowerCase();
    const length = fieldOf(head, 'content-length');
    if (Number.isNaN(length)) this.answered?.reject(new Error(`An answer without a length: ${head}`));
    if (this.received.length < bodyAt + length) return;
    const text = Buffer.from(this.received.slice(bodyAt, bodyAt + length), 'latin1').toString();
    this.received = this.received.slice(bodyAt + length);
    this.answered?.resolve({ status: Number(head.slice(9, 12)), text, index: fieldOf(head, 'x-consul-index') });
  }
}

/** NaN when there is none. */
function fieldOf(head: string, name: string): number {
  const at = head.indexOf(`\r\n${name}: `);
  return at === -1 ? NaN : parseInt(head.slice(at + name.length + 4), 10);
}

/** Something that is written again and again by one writer: what was acknowledged last, and what is on its way. */
export interface Cell {
  readonly name: string;
  /** Undefined = it is not there. */
  acknowledged: string | undefined;
  onItsWay: { readonly value: string | undefined } | undefined;
  /** Sends one write; true once it is acknowledged. */
  readonly send: (connection: CrashConnection, value: string | undefined) => Promise<boolean>;
  /** What the n-th write makes of it. */
  readonly valueOf: (n: number) => string | undefined;
}

/** A key that is always overwritten. */
export function putCell(name: string): Cell {
  return cell(name, String, async (connection, value) => (await connection.ask('PUT', `/kv/${name}`, value)).text === 'true');
}

/** A key that is only written when it is as it was. */
export function casCell(name: string): Cell {
  return cell(name, String, async (connection, value) => {
    const existing = await connection.ask('GET', `/kv/${name}`);
    const index = existing.status === 404 ? 0 : (JSON.parse(existing.text) as { ModifyIndex: number }[])[0]?.ModifyIndex;
    return (await connection.ask('PUT', `/kv/${name}?cas=${index ?? -1}`, value)).text === 'true';
  });
}

/** A key that comes and goes. */
export function deletedCell(name: string): Cell {
  const valueOf = (n: number) => (n % 2 === 0 ? undefined : String(n));
  return cell(name, valueOf, async (connection, value) => {
    const answer = value === undefined ? await connection.ask('DELETE', `/kv/${name}`) : await connection.ask('PUT', `/kv/${name}`, value);
    return answer.text === 'true';
  });
}

/** A service whose port changes, and which sometimes goes. */
export function serviceCell(id: string): Cell {
  const valueOf = (n: number) => (n % 5 === 0 ? undefined : String(1 + (n % 65_000)));
  return cell(id, valueOf, async (connection, value) => {
    if (value === undefined) return [200, 404].includes((await connection.ask('PUT', `/agent/service/deregister/${id}`)).status);
    const registration = JSON.stringify({ ID: id, Name: 'crash', Port: Number(value), Check: { TTL: '1h' } });
    return (await connection.ask('PUT', '/agent/service/register', registration)).status === 200;
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
  connection: CrashConnection,
  cells: readonly Cell[],
  next: () => number,
  onAcknowledged: () => void,
): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const written = cells[turn % cells.length];
    if (written === undefined) return;
    const value = written.valueOf(next());
    written.onItsWay = { value };
    const isAcknowledged = await written.send(connection, value).catch(() => undefined);
    if (isAcknowledged === undefined) return;
    if (!isAcknowledged) throw new Error(`The write of ${written.name} was refused`);
    written.acknowledged = value;
    written.onItsWay = undefined;
    onAcknowledged();
  }
}
