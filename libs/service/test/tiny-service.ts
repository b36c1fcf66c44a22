import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@app/testing';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A service in a process of its own, with an IPC channel. */
export interface TinyService {
  url: string;
  port: number;
  child: ChildProcess;
  /** Resolves when the service sends this. */
  said(message: string): Promise<void>;
  /** Its log so far, as text. */
  log(): string;
  /** Its exit code, once it has ended. */
  exited: Promise<number | null>;
}

/** Brings the compiled libs up to date: the service is plain JavaScript that imports them. */
export async function compile(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'tools/build/main.ts')], { cwd: ROOT });
}

/** Starts the fixture; resolves when it listens, or when it has ended. */
export async function startTinyService(env: Record<string, string> = {}): Promise<TinyService> {
  const port = Number(env.SERVICE_PORT ?? (await findFreePort()));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/tiny-service.mjs')], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      CONSUL_HTTP_ADDR: 'http://127.0.0.1:1',
      SERVICE_PORT: String(port),
      ...env,
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const messages = new Set<unknown>();
  child.on('message', (message) => messages.add(message));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const said = async (message: string) => {
    while (!messages.has(message) && child.exitCode === null) await Promise.race([once(child, 'message'), exited]);
  };
  await said('listening');
  return { url: `http://127.0.0.1:${port}`, port, child, said, log: () => log, exited };
}

/** Everything that a registry was asked, as `METHOD /path`, with the body of a registration. */
export interface FakeConsul {
  url: string;
  calls: string[];
  registrations: unknown[];
  close(): Promise<void>;
}

/** A Consul that agrees to everything: enough to see what a service tells it. */
export async function startFakeConsul(): Promise<FakeConsul> {
  const calls: string[] = [];
  const registrations: unknown[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const path = request.url?.split('?', 1)[0] ?? '';
      if (path.startsWith('/v1/kv/')) {
        response.writeHead(404).end();
        return;
      }
      calls.push(`${request.method ?? ''} ${path}`);
      if (path === '/v1/agent/service/register') registrations.push(JSON.parse(body));
      response.writeHead(200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, calls, registrations, close };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
