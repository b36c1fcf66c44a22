import type { IncomingHttpHeaders } from 'node:http';
import type { Interest, Watchers } from '../store/watchers.js';
import { ConsulError } from './consul-error.js';

const MAX_UINT64 = 2n ** 64n - 1n;

/** One request to the Consul API, already split up. */
export interface ConsulRequest {
  /** What the route's path left over, decoded: a key, an id, a name. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /**
   * Holds the request until something happens. Very many may wait, so that it takes a function: a signal for each would be a tenth of
   * what they hold.
   *
   * @param end is called when the client has gone or the server stops, also after the answer is made
   * @throws ConsulError 429 when as many are held as may be
   */
  readonly whenGone: (end: () => void) => void;
  /**
   * Takes the room of a long answer before it is made, until it is sent.
   *
   * @throws ConsulError 429 when there is none
   */
  readonly reserve?: (bytes: number) => void;
  /** Makes the answer of a read, or finds it where it is kept until it changes; absent: it is always made. */
  readonly cached?: (watchers: Watchers, interest: Interest, read: () => IndexedResponse) => IndexedResponse;
}

/** A long text that is made while it is sent. */
export interface Pieces {
  readonly bytes: number;
  readonly parts: Iterable<string>;
}

/** An answer of the Consul API. */
export interface ConsulResponse {
  readonly status?: number;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; JSON unless a content type is given in the headers. */
  readonly text?: string | Buffer;
  /** Sent one after the other, as JSON. */
  readonly pieces?: Pieces;
  /** Of the state that was read. */
  readonly index?: number;
  /** Of a write that has had its effect: it is sent however much others take. */
  readonly isOfWrite?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer of a read; `index` is that of what was read. */
export type IndexedResponse = ConsulResponse & { readonly index: number };

/** Whether a parameter is there at all (`?recurse`, `?recurse=true`). */
export function hasParam({ query }: ConsulRequest, name: string): boolean {
  return query.has(name);
}

/**
 * A parameter that is true when bare.
 *
 * @throws ConsulError 400 when it is not a boolean
 */
export function booleanParam({ query }: ConsulRequest, name: string): boolean {
  const text = query.get(name);
  if (text === null) return false;
  if (text === '') return true;
  const value = parseGoBool(text);
  if (value === undefined) throw new ConsulError(400, `Invalid value for ?${name}`);
  return value;
}

/** A boolean as Go's `strconv.ParseBool` reads it; undefined when it is none. */
export function parseGoBool(text: string): boolean | undefined {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}

/**
 * A parameter that is an unsigned number.
 *
 * @throws ConsulError 400 with `message` when it is not
 */
export function indexParam({ query }: ConsulRequest, name: string, message: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,20}$/.test(text) || BigInt(text) > MAX_UINT64) throw new ConsulError(400, message);
  return Number(text);
}

/** @throws ConsulError 400 with `message` when the path ends without a name */
export function requireRest({ rest }: ConsulRequest, message: string): string {
  if (rest === '') throw new ConsulError(400, message);
  return rest;
}
