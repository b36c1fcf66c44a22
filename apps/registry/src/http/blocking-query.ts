import { createHash } from 'node:crypto';
import { readGoDuration } from '../go/duration.js';
import type { Interest, Watchers } from '../store/watchers.js';
import { Turns } from './blocking-query-turns.js';
import { ConsulError } from './consul-error.js';
import { type ConsulRequest, type ConsulResponse, hasParam, indexParam, type IndexedResponse } from './consul-request.js';

const DEFAULT_WAIT_MS = 300_000;
const MAX_WAIT_MS = 600_000;
const AT_ONCE = { minIndex: 0, waitMs: DEFAULT_WAIT_MS };
/** Consul adds up to this part of the wait, so that clients do not come back all at once. */
const JITTER = 1 / 16;
/** One for all: there is one event loop. No more are queued than may wait. */
const turns = new Turns();
/** Says what {@link contentHash} stands for the body. */
export const CONTENT_HASH = 'x-consul-contenthash';

/** Reads the state now; `index` is that of what was read. */
export type Read = () => IndexedResponse;

/**
 * Answers a read at once, or, when the client gives `index`, as soon as what it read has a greater one; at the latest when its
 * `wait` is over.
 *
 * @param interest what the answer depends on
 * @param indexNow that of what `read` would read, where it is found with less work than that: it is then asked first
 * @throws ConsulError 400 when `index` or `wait` are malformed or contradict each other; 429 when too many wait already
 */
export async function blockingQuery(
  request: ConsulRequest,
  watchers: Watchers,
  interest: Interest,
  read: Read,
  indexNow?: () => number,
): Promise<ConsulResponse> {
  const { minIndex, waitMs } = parseBlocking(request);
  const readShown = () => visible(request.cached?.(watchers, interest, read) ?? read());
  const waiting = { interest, waitMs, read: readShown };
  if (minIndex === 0) return await readWhenNew(request, watchers, { ...waiting, isNew: undefined });
  const isNew = ({ index }: IndexedResponse) => index > minIndex;
  const mayBeNew = indexNow && (() => indexNow() > minIndex);
  return await readWhenNew(request, watchers, { ...waiting, isNew, mayBeNew });
}

/**
 * The same for what only this agent knows, and which has no index: the answer carries a hash of its body, `X-Consul-ContentHash`, and a
 * client that gives it back as `hash` waits for an answer with another.
 *
 * @param read answers with `json`, and with the hash itself where that is part of the body; what it throws is the answer, also after a wait
 * @throws ConsulError 400 when `wait` is malformed; 429 when too many wait already
 */
export async function hashBlockingQuery(
  request: ConsulRequest,
  watchers: Watchers,
  interest: Interest,
  read: () => ConsulResponse,
): Promise<ConsulResponse> {
  const { waitMs } = parseBlocking(request);
  const known = request.query.get('hash') ?? '';
  const readHashed = () => {
    const response = read();
    return { ...response, headers: { [CONTENT_HASH]: contentHash(response.json), ...response.headers } };
  };
  const isNew = ({ headers }: ReturnType<typeof readHashed>) => headers[CONTENT_HASH] !== known;
  return await readWhenNew(request, watchers, { interest, waitMs, read: readHashed, isNew: known === '' ? undefined : isNew });
}

/** How {@link readWhenNew} reads and waits. */
export interface Waiting<T extends ConsulResponse> {
  readonly interest: Interest;
  readonly waitMs: number;
  readonly read: () => T;
  /** Whether the client does not know the answer yet; undefined = it does not wait. */
  readonly isNew: ((response: T) => boolean) | undefined;
  /** Says without a read that the answer is not new. */
  readonly mayBeNew?: (() => boolean) | undefined;
}

/**
 * Answers a read at once where the client does not wait or does not know it yet, and otherwise when it is new, or the wait is over. Not
 * async: what is read at first, which may be the list of a whole tree, would stay in memory as long as the client waits.
 */
export function readWhenNew<T extends ConsulResponse>(
  request: ConsulRequest,
  watchers: Watchers,
  waiting: Waiting<T>,
): ConsulResponse | Promise<ConsulResponse> {
  const { isNew } = waiting;
  if (isNew === undefined) return waiting.read();
  const whenGiven = { ...waiting, isNew };
  return readIfNew(whenGiven) ?? whenNew(request, watchers, whenGiven);
}

type WaitingForNew<T extends ConsulResponse> = Waiting<T> & { readonly isNew: (response: T) => boolean };

function readIfNew<T extends ConsulResponse>({ read, isNew, mayBeNew }: WaitingForNew<T>): T | undefined {
  if (mayBeNew?.() === false) return undefined;
  const response = read();
  return isNew(response) ? response : undefined;
}

function whenNew<T extends ConsulResponse>(request: ConsulRequest, watchers: Watchers, waiting: WaitingForNew<T>): Promise<ConsulResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<ConsulResponse>();
  request.whenGone(() => finish(() => resolve({})));
  let isOver = false;
  let takeBack: (() => void) | undefined;
  const queue = () => (takeBack ??= turns.add(answer));
  const endWait = watchers.add(waiting.interest, queue);
  const waitOver = () => {
    isOver = true;
    queue();
  };
  const timer = setTimeout(waitOver, waiting.waitMs * (1 + Math.random() * JITTER));
  return promise;

  function answer(): boolean {
    takeBack = undefined;
    try {
      const next = isOver ? waiting.read() : readIfNew(waiting);
      if (next !== undefined) finish(() => resolve(next));
      return next?.pieces !== undefined;
    } catch (error) {
      finish(() => reject(error));
      return false;
    }
  }
  function finish(settle: () => void): void {
    endWait();
    takeBack?.();
    clearTimeout(timer);
    settle();
  }
}

/**
 * What a request says about waiting and consistency.
 *
 * @returns `minIndex` 0 = do not wait
 * @throws ConsulError 400 when it is malformed or contradicts itself
 */
export function parseBlocking(request: ConsulRequest): { minIndex: number; waitMs: number } {
  if (request.query.size === 0) return AT_ONCE;
  if (hasParam(request, 'consistent')) {
    if (hasParam(request, 'stale')) throw conflict('stale');
    if (hasParam(request, 'cached')) throw conflict('cached');
  }
  const waitMs = parseWait(request.query.get('wait') ?? '');
  return { minIndex: indexParam(request, 'index', 'Invalid index') ?? 0, waitMs };
}

function parseWait(text: string): number {
  if (text === '') return DEFAULT_WAIT_MS;
  const wait = readGoDuration(text);
  if (typeof wait !== 'number') throw new ConsulError(400, 'Invalid wait time');
  // A negative one is taken, and is none.
  return wait <= 0 ? DEFAULT_WAIT_MS : Math.min(wait, MAX_WAIT_MS);
}

function conflict(name: string): ConsulError {
  return new ConsulError(400, `Cannot specify ?${name} with ?consistent, conflicting semantics.`);
}

/** An index of 0 would make clients ask again and again without waiting. */
function visible(response: IndexedResponse): IndexedResponse {
  return response.index > 0 ? response : { ...response, index: 1 };
}

/** What stands for a body in `X-Consul-ContentHash`. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
