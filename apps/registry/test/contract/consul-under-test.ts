import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, startBareAgent } from '../bare-agent.js';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON. Throws SyntaxError when it is none. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the reader says what it expects
  json<T = unknown>(): T;
  /** `X-Consul-Index`; NaN when there is none. */
  readonly index: number;
}

/** What goes with a request beside method and path. */
export interface WireOptions {
  /** Text and bytes are sent as they are, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
  readonly signal?: AbortSignal;
}

/** The agent itself, and how it is ended. */
interface Target {
  readonly address: string;
  readonly isOurs: boolean;
  readonly token: string | undefined;
  end(): Promise<void>;
}

/**
 * A Consul agent that the contract is tried on: the one at `CONSUL_HTTP_ADDR` (token in `CONSUL_HTTP_TOKEN`), whatever it is, or else a
 * registry of this project, started for the purpose. What a spec makes there has names of its own ({@link ConsulUnderTest.name}) and is
 * removed by the spec, so that suites can run on an agent that others use.
 */
export class ConsulUnderTest {
  private readonly connections = new Agent({ keepAlive: true });
  private readonly cleaning: (() => Promise<unknown>)[] = [];
  private target: Target | undefined;

  static async start(): Promise<ConsulUnderTest> {
    const consul = new ConsulUnderTest();
    await consul.begin();
    return consul;
  }

  /** Once, before anything is asked. */
  async begin(): Promise<void> {
    this.target = await (givenTarget() ?? startTarget());
  }

  get address(): string {
    return this.started.address;
  }

  /** False for an agent that is not this project's own. */
  get isOurs(): boolean {
    return this.started.isOurs;
  }

  /** A name that nothing else on the agent has. */
  name(kind: string): string {
    return `${kind}-${randomUUID().slice(0, 8)}`;
  }

  /** @param path from `/v1` on: `/kv/a?raw` */
  ask(method: string, path: string, { body, headers, signal }: WireOptions = {}): Promise<WireAnswer> {
    const bytes = toBytes(body);
    const { address, token } = this.started;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${address}/v1${path}`,
        {
          method,
          agent: this.connections,
          headers: {
            ...(token !== undefined && { 'x-consul-token': token }),
            ...(bytes !== undefined && { 'content-length': bytes.length }),
            ...headers,
          },
          ...(signal !== undefined && { signal }),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => resolve(answerOf(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks))));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(bytes);
    });
  }

  get(path: string, options?: WireOptions): Promise<WireAnswer> {
    return this.ask('GET', path, options);
  }

  put(path: string, body?: unknown, options?: WireOptions): Promise<WireAnswer> {
    return this.ask('PUT', path, { body, ...options });
  }

  delete(path: string, options?: WireOptions): Promise<WireAnswer> {
    return this.ask('DELETE', path, options);
  }

  /** Has something removed before the agent is left. */
  atEnd(clean: () => Promise<unknown>): void {
    this.cleaning.push(clean);
  }

  async stop(): Promise<void> {
    for (const clean of this.cleaning) await clean();
    this.connections.destroy();
    await this.target?.end();
  }

  private get started(): Target {
    if (this.target === undefined) throw new Error('No agent is started yet');
    return this.target;
  }
}

const START_MS = 120_000;

/** An agent for all specs of a file: there from before the first until after the last. */
export function useConsul(): ConsulUnderTest {
  const consul = new ConsulUnderTest();
  beforeAll(() => consul.begin(), START_MS);
  afterAll(() => consul.stop());
  return consul;
}

function givenTarget(): Target | undefined {
  const given = process.env.CONSUL_HTTP_ADDR ?? '';
  if (given === '') return undefined;
  const address = given.includes('://') ? given : `http://${given}`;
  return { address, isOurs: false, token: process.env.CONSUL_HTTP_TOKEN, end: () => Promise.resolve() };
}

async function startTarget(): Promise<Target> {
  await compile();
  const folder = await mkdtemp(join(tmpdir(), 'consul-contract-'));
  const agent = await startBareAgent(folder);
  const end = async () => {
    await agent.kill();
    await rm(folder, { recursive: true, force: true });
  };
  return { address: agent.address, isOurs: true, token: undefined, end };
}

function toBytes(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function answerOf(status: number, headers: IncomingHttpHeaders, body: Buffer): WireAnswer {
  const text = body.toString('utf8');
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as declared above
  return { status, headers, body, text, json: <T>() => JSON.parse(text) as T, index: Number(headers['x-consul-index'] ?? NaN) };
}
