import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Permission, type IngestAnswer } from '@app/contracts';
import type { HttpSinkOptions } from './options.ts';
import type { Report } from './report.ts';
import { emptyTally, SinkError, type Sink } from './sink.ts';

const compress = promisify(gzip);

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
const RENEW_BEFORE_MS = 30_000;

/** Answers that the same request gets again whenever it is sent: the fault is in what was sent, or in what the client may do. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 403, 405, 413, 415, 422]);

/** A failure that waiting may mend. */
class Retriable extends Error {
  override readonly name = 'Retriable';
  readonly pauseMs: number | undefined;

  constructor(message: string, pauseMs?: number) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

/**
 * Posts lines to the platform's ingest with a client_credentials token, and again after a while for as long as it is down, still
 * starting or overloaded. Repeating is harmless: a record that was already taken is a duplicate.
 */
export class HttpSink implements Sink {
  readonly tally = emptyTally();
  readonly #options: HttpSinkOptions;
  readonly #report: Report;
  #token: { value: string; renewAt: number } | undefined;

  constructor(options: HttpSinkOptions, report: Report) {
    this.#options = options;
    this.#report = report;
  }

  async write(lines: readonly string[], signal: AbortSignal): Promise<void> {
    const text = `${lines.join('\n')}\n`;
    const body = this.#options.gzip ? new Uint8Array(await compress(text)) : text;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        this.#count(lines.length, await this.#post(body));
        return;
      } catch (error) {
        if (!(error instanceof Retriable)) throw error;
        signal.throwIfAborted();
        const pauseMs = Math.max(pause, error.pauseMs ?? 0);
        this.#report.warn(error.message, { retryInMs: pauseMs });
        await delay(pauseMs, undefined, { signal });
      }
    }
  }

  #count(lines: number, answer: IngestAnswer): void {
    this.tally.sent += lines;
    this.tally.accepted += answer.accepted;
    this.tally.duplicates += answer.duplicates;
    this.tally.rejected += answer.rejectedCount;
    const [first] = answer.rejected;
    if (first !== undefined)
      this.#report.warn(`The platform refused ${answer.rejectedCount} lines, the first for its ${first.field}: ${first.reason}`);
  }

  async #post(body: string | Uint8Array<ArrayBuffer>): Promise<IngestAnswer> {
    const response = await this.#request(
      'ingest',
      `${this.#options.url}/api/dynamic/streams/pass-records`,
      {
        authorization: `Bearer ${await this.#accessToken()}`,
        'content-type': 'application/x-ndjson',
        ...(this.#options.gzip && { 'content-encoding': 'gzip' }),
      },
      body,
    );
    if (response.status === 200) return (await readJson('ingest', response)) as unknown as IngestAnswer;
    if (response.status === 401) this.#token = undefined;
    const message = `The platform answered ${response.status}${await readDetail(response)}`;
    throw FINAL_STATUSES.has(response.status) ? new SinkError(message) : new Retriable(message, retryAfterMs(response));
  }

  async #accessToken(): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#token.renewAt) return this.#token.value;
    const { clientId, clientSecret, tokenUrl } = this.#options;
    // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
    const response = await this.#request(
      'the token endpoint',
      tokenUrl,
      {
        authorization: `Basic ${basic}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      new URLSearchParams({ grant_type: 'client_credentials', scope: Permission.PassRecordsWrite }).toString(),
    );
    // A refusal is no reason to give up: the client may be made, or its secret changed, while the platform starts.
    if (response.status !== 200)
      throw new Retriable(`The token endpoint answered ${response.status}${await readDetail(response)}`, retryAfterMs(response));
    const answer = await readJson('the token endpoint', response);
    if (typeof answer.access_token !== 'string') throw new Retriable('The token endpoint answered without an access_token');
    const lifeMs = typeof answer.expires_in === 'number' ? answer.expires_in * 1_000 : RENEW_BEFORE_MS;
    this.#token = { value: answer.access_token, renewAt: Date.now() + Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs / 2) };
    return this.#token.value;
  }

  async #request(name: string, url: string, headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    try {
      return await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    } catch (error) {
      throw new Retriable(`${name} at ${url} cannot be reached: ${reasonOf(error)}`);
    }
  }
}

async function readJson(name: string, response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch (error) {
    throw new Retriable(`The answer of ${name} broke off: ${reasonOf(error)}`);
  }
}

/** What a problem (RFC 9457) or an OAuth error (RFC 6749 section 5.2) says about itself, for the log. */
async function readDetail(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    const { code, detail, error, error_description: description } = JSON.parse(text) as Record<string, unknown>;
    const said = [code ?? error, detail ?? description].filter((part) => typeof part === 'string');
    return said.length === 0 ? '' : `: ${said.join(', ').slice(0, 300)}`;
  } catch {
    return '';
  }
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, LONGEST_PAUSE_MS) : undefined;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
