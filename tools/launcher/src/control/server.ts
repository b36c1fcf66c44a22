import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { explain } from '../failure.ts';
import type { Say } from '../output.ts';
import { type ControlAnswer, type ControlRequest, MAX_LINE, SILENCE_MS } from './protocol.ts';
import { withSocketPath } from './socket-path.ts';

/** Does what a request asks; says lines to whoever asked. */
export type ControlHandler = (request: ControlRequest, say: Say) => Promise<ControlAnswer>;

/**
 * Listens for requests on a Unix socket that only the owner may use. The caller holds the data folder's lock, so a socket that is
 * there is a dead launcher's.
 *
 * @returns stops listening
 */
export async function serveControl(path: string, handle: ControlHandler): Promise<() => void> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    serve(socket, handle);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    withSocketPath(path, (short) => server.listen(short, resolve));
  });
  chmodSync(path, 0o600);
  return () => {
    close(server, path);
  };
}

function close(server: Server, path: string): void {
  server.close();
  rmSync(path, { force: true });
}

function serve(socket: Socket, handle: ControlHandler): void {
  let text = '';
  const answer = (value: ControlAnswer) => {
    if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
  };
  socket.setEncoding('utf8').setTimeout(SILENCE_MS, () => socket.destroy());
  // Whoever asked went away: nobody is left to be told.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= MAX_LINE) return;
    socket.removeAllListeners('data').setTimeout(0);
    void respond(text.slice(0, Math.max(end, 0)), handle, answer).finally(() => socket.end());
  });
}

async function respond(line: string, handle: ControlHandler, answer: (value: ControlAnswer) => void): Promise<void> {
  try {
    const say: Say = (text) => {
      answer({ say: text });
    };
    answer(await handle(parse(line), say));
  } catch (error) {
    answer({ failed: explain(error, 'the data folder') });
  }
}

function parse(line: string): ControlRequest {
  const value: unknown = JSON.parse(line);
  if (typeof value === 'object' && value !== null && 'command' in value) {
    if (value.command === 'status' || value.command === 'stop') return { command: value.command };
    if (value.command === 'restart' && 'part' in value && typeof value.part === 'string') return { command: 'restart', part: value.part };
  }
  throw new Error('The launcher does not know this request: it is of another version.');
}
