import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Permission, type IngestAnswer } from '@app/contracts';
import { type HttpAnswer, post } from './http-request.ts';
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
    const body = this.#options.gzip ? await compress(text) : text;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        this.#count(lines.length, await this.#post(body, signal));
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

  async #post(body: string | Uint8Array, signal: AbortSignal): Promise<IngestAnswer> {
    const headers = {
      authorization: `Bearer ${await this.#accessToken(signal)}`,
      'content-type': 'application/x-ndjson',
      ...(this.#options.gzip && { 'content-encoding': 'gzip' }),
    };
    const url = `${this.#options.url}/api/dynamic/streams/pass-records`;
    const answer = await send('the platform', url, headers, body, signal);
    if (answer.status === 200) return parse('The platform', answer) as unknown as IngestAnswer;
    if (answer.status === 401) this.#token = undefined;
    if (FINAL_STATUSES.has(answer.status)) throw new SinkError(describe('The platform', answer));
    throw new Retriable(describe('The platform', answer), pauseMsOf(answer));
  }

  async #accessToken(signal: AbortSignal): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#token.renewAt) return this.#token.value;
    const { clientId, clientSecret, tokenUrl } = this.#options;
    // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: Permission.PassRecordsWrite }).toString();
    const answer = await send('the token endpoint', tokenUrl, headers, form, signal);
    // A refusal is no reason to give up: the client may be made, or its secret changed, while the platform starts.
    if (answer.status !== 200) throw new Retriable(describe('The token endpoint', answer), pauseMsOf(answer));
    const { access_token: token, expires_in: seconds } = parse('The token endpoint', answer);
    if (typeof token !== 'string') throw new Retriable('The token endpoint answered without an access_token');
    const lifeMs = typeof seconds === 'number' ? seconds * 1_000 : RENEW_BEFORE_MS;
    this.#token = { value: token, renewAt: Date.now() + Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs / 2) };
    return token;
  }
}

async function send(
  name: string,
  url: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  try {
    return await post(url, headers, body, { timeoutMs: REQUEST_TIMEOUT_MS, signal });
  } catch (error) {
    throw new Retriable(`${name} at ${url} cannot be reached: ${reasonOf(error)}`);
  }
}

function parse(name: string, { body }: HttpAnswer): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new Retriable(`${name} answered 200, but not with JSON`);
  }
}

/** What a problem (RFC 9457) or an OAuth error (RFC 6749 section 5.2) says about itself, for the log. */
function describe(name: string, { status, body }: HttpAnswer): string {
  const answered = `${name} answered ${status}`;
  try {
    const { code, detail, error, error_description: description } = JSON.parse(body) as Record<string, unknown>;
    const said = [code ?? error, detail ?? description].filter((part) => typeof part === 'string');
    return said.length === 0 ? answered : `${answered}: ${said.join(', ').slice(0, 300)}`;
  } catch {
    return answered;
  }
}

function pauseMsOf({ retryAfter }: HttpAnswer): number | undefined {
  return retryAfter === undefined ? undefined : Math.min(retryAfter * 1_000, LONGEST_PAUSE_MS);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
