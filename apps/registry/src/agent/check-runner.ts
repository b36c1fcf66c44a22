import { connect } from 'node:net';
import type { CheckDefinition, CheckEntry, CheckStatus } from '../store/entries.js';

/** What a check found. */
export interface CheckResult {
  readonly status: CheckStatus;
  readonly output: string;
}

/** Told of what checks find, whether it is new or not. */
export type ResultListener = (checkId: string, result: CheckResult) => void;

/** What a check may say; the rest is cut off. */
export const MAX_OUTPUT_BYTES = 4_096;
const TOO_MANY_REQUESTS = 429;

/** Runs the checks of this node: waits for heartbeats of TTL checks, makes HTTP and TCP checks in their intervals. */
export class CheckRunner {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly outputs = new Map<string, string>();

  constructor(private readonly onResult: ResultListener) {}

  /** Starts or restarts a check; a TTL begins anew. */
  start({ checkId, definition }: Pick<CheckEntry, 'checkId' | 'definition'>): void {
    this.stop(checkId);
    if (definition.ttlMs !== undefined)
      this.timers.set(
        checkId,
        setTimeout(() => this.expire(checkId), definition.ttlMs),
      );
    else if (definition.intervalMs !== undefined) this.schedule(checkId, definition, Math.random() * definition.intervalMs);
  }

  /** A heartbeat: the TTL begins anew. */
  beat(checkId: string, output: string): void {
    this.timers.get(checkId)?.refresh();
    this.outputs.set(checkId, output);
  }

  stop(checkId: string): void {
    clearTimeout(this.timers.get(checkId));
    this.timers.delete(checkId);
    this.outputs.delete(checkId);
  }

  stopAll(): void {
    for (const checkId of [...this.timers.keys()]) this.stop(checkId);
  }

  private expire(checkId: string): void {
    const last = this.outputs.get(checkId) ?? '';
    const output = last === '' ? 'TTL expired' : `TTL expired (last output before timeout follows): ${last}`;
    this.onResult(checkId, { status: 'critical', output });
  }

  private schedule(checkId: string, definition: CheckDefinition, afterMs: number): void {
    const timer = setTimeout(() => {
      void probe(definition).then((result) => {
        // The check may have been replaced or removed while it ran.
        if (this.timers.get(checkId) !== timer) return;
        this.onResult(checkId, result);
        this.schedule(checkId, definition, definition.intervalMs ?? 0);
      });
    }, afterMs);
    this.timers.set(checkId, timer);
  }
}

async function probe(definition: CheckDefinition): Promise<CheckResult> {
  try {
    return definition.http === undefined ? await probeTcp(definition) : await probeHttp(definition.http, definition);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: 'critical', output: (cause instanceof Error ? cause.message : String(cause)).slice(0, MAX_OUTPUT_BYTES) };
  }
}

async function probeHttp(url: string, { method = 'GET', header = {}, body, timeoutMs = 0 }: CheckDefinition): Promise<CheckResult> {
  const headers = Object.entries(header).flatMap(([name, values]) => values.map((value) => [name, value] as [string, string]));
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(timeoutMs), ...(body !== undefined && { body }) });
  const text = await readStart(response);
  const status = response.ok ? 'passing' : response.status === TOO_MANY_REQUESTS ? 'warning' : 'critical';
  return { status, output: `HTTP ${method} ${url}: ${response.status} ${response.statusText} Output: ${text}`.slice(0, MAX_OUTPUT_BYTES) };
}

/** As much of the body as is shown. */
async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // To leave the loop is to cancel the rest.
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= MAX_OUTPUT_BYTES) break;
  }
  return text;
}

async function probeTcp({ tcp = '', timeoutMs = 0 }: CheckDefinition): Promise<CheckResult> {
  const at = tcp.lastIndexOf(':');
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = connect({ host: tcp.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(tcp.slice(at + 1)), timeout: timeoutMs });
  socket.once('connect', () => resolve(undefined));
  socket.once('error', reject);
  socket.once('timeout', () => reject(new Error(`dial tcp ${tcp}: i/o timeout`)));
  try {
    await promise;
    return { status: 'passing', output: `TCP connect ${tcp}: Success` };
  } finally {
    socket.destroy();
  }
}
