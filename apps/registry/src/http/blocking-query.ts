import type { Interest, Watchers } from '../store/watchers.js';
import { ConsulError } from './consul-error.js';
import { type ConsulRequest, type ConsulResponse, hasParam, indexParam } from './consul-request.js';
import { parseGoDuration } from './go-duration.js';

const DEFAULT_WAIT_MS = 300_000;
const MAX_WAIT_MS = 600_000;
/** Consul adds up to this part of the wait, so that clients do not come back all at once. */
const JITTER = 1 / 16;

/** Reads the state now; `index` is that of what was read. */
export type Read = () => ConsulResponse & { index: number };

/**
 * Answers a read at once, or, when the client gives `index`, as soon as what it read has a greater one; at the latest when its
 * `wait` is over.
 *
 * @param interest what the answer depends on
 * @throws ConsulError 400 when `index` or `wait` are malformed or contradict each other; 429 when too many wait already
 */
export async function blockingQuery(request: ConsulRequest, watchers: Watchers, interest: Interest, read: Read): Promise<ConsulResponse> {
  const { minIndex, waitMs } = parseBlocking(request);
  const first = visible(read());
  if (minIndex === 0 || first.index > minIndex) return first;
  const gone = request.whenGone();
  return await new Promise((resolve) => {
    // Each in a turn of its own: the answers of all who are woken together need not be in memory together.
    let turn: NodeJS.Immediate | undefined;
    const wait = watchers.add(interest, () => {
      turn ??= setImmediate(() => {
        turn = undefined;
        const next = visible(read());
        if (next.index > minIndex) finish(next);
      });
    });
    const timer = setTimeout(() => finish(visible(read())), waitMs * (1 + Math.random() * JITTER));
    const onAbort = () => finish({});
    gone.addEventListener('abort', onAbort, { once: true });
    function finish(response: ConsulResponse): void {
      wait();
      clearImmediate(turn);
      clearTimeout(timer);
      gone.removeEventListener('abort', onAbort);
      resolve(response);
    }
  });
}

/** @returns `minIndex` 0 = do not wait */
export function parseBlocking(request: ConsulRequest): { minIndex: number; waitMs: number } {
  if (hasParam(request, 'stale') && hasParam(request, 'consistent')) {
    throw new ConsulError(400, 'Cannot specify ?stale with ?consistent, conflicting semantics.');
  }
  const waitText = request.query.get('wait') ?? '';
  const wait = waitText === '' ? DEFAULT_WAIT_MS : parseGoDuration(waitText);
  if (wait === undefined) throw new ConsulError(400, 'Invalid wait time');
  const minIndex = indexParam(request, 'index', 'Invalid index') ?? 0;
  return { minIndex, waitMs: Math.min(wait === 0 ? DEFAULT_WAIT_MS : wait, MAX_WAIT_MS) };
}

/** An index of 0 would make clients ask again and again without waiting. */
function visible(response: ReturnType<Read>): ReturnType<Read> {
  return response.index > 0 ? response : { ...response, index: 1 };
}
