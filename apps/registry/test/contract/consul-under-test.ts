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

/**
 * A Consul agent that the contract is tried on: the one at `CONSUL_HTTP_ADDR` (token in `CONSUL_HTTP_TOKEN`), whatever it is, or else a
 * registry of this project, started for the purpose. What a spec makes there has names of its own ({@link ConsulUnderTest.name}) and is
 * removed by the spec, so that suites can run on an agent that others use.
 */
export class ConsulUnderTest {
  private readonly connections = new Agent({ keepAlive: true });

  private constructor(
    readonly address: string,
    /** False for an agent that is not this project's own. */
    readonly isOurs: boolean,
    private readonly token: string | undefined,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<ConsulUnderTest> {
    const given = process.env.CONSUL_HTTP_ADDR;
    if (given !== undefined && given !== '') {
      const address = given.includes('://') ? given : `http://${given}`;
      return new ConsulUnderTest(address, false, process.env.CONSUL_HTTP_TOKEN, () => Promise.resolve());
    }
    await compile();
    const folder = await mkdtemp(join(tmpdir(), 'consul-contract-'));
    const agent = await startBareAgent(folder);
    return new ConsulUnderTest(agent.address, true, undefined, async () => {
      await agent.kill();
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** A name that nothing else on the agent has. */
  name(kind: string): string {
    return `${kind}-${randomUUID().slice(0, 8)}`;
  }

  /** @param path from `/v1` on: `/kv/a?raw` */
  ask(method: string, path: string, { body, headers, signal }: WireOptions = {}): Promise<WireAnswer> {
    const bytes = toBytes(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${this.address}/v1${path}`,
        {
          method,
          agent: this.connections,
          headers: {
            ...(this.token !== undefined && { 'x-consul-token': this.token }),
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

  async stop(): Promise<void> {
    this.connections.destroy();
    await this.end();
  }
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
