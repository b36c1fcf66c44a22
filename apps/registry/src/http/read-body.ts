import type { IncomingMessage } from 'node:http';
import { SHORT_BODY_BYTES, type TrafficLimits } from '../limits.js';
import { readBytes } from '../read-bytes.js';
import { Budget } from './budget.js';
import { ConsulError } from './consul-error.js';
import type { Route } from './router.js';

/** Whether a body belongs to the request. */
export function announcesBody(incoming: IncomingMessage): boolean {
  return announcedLength(incoming) > 0 || incoming.headers['transfer-encoding'] !== undefined;
}

/**
 * Whether there is a body that says something: that of a GET does not, and is passed over.
 *
 * @throws ConsulError 413 when it is announced as longer than the route takes
 */
export function hasBody(incoming: IncomingMessage, { limit, tooLarge }: NonNullable<Route['body']>): boolean {
  const length = announcedLength(incoming);
  if (length > limit) throw new ConsulError(413, tooLarge(length));
  if (!announcesBody(incoming)) return false;
  if (incoming.method !== 'GET') return true;
  incoming.resume();
  return false;
}

/**
 * The bodies that are being read or written down, with a bound for all. Where it is reached, those give way that come slowly; short ones
 * are always read.
 */
export class Bodies {
  private readonly budget: Budget;

  /** @param onPart called whenever something of a body has come */
  constructor(
    private readonly limits: Pick<TrafficLimits, 'bodyBytes' | 'yieldMs' | 'unfinishedMs'>,
    private readonly onPart: (incoming: IncomingMessage) => void,
  ) {
    this.budget = new Budget(limits.bodyBytes);
  }

  /**
   * Reads a body of at most the route's size.
   *
   * @param use what is done with it; until then it counts
   * @throws ConsulError 413 as soon as it is known to be longer; 429 when all bodies together are too much; 408 when nothing more of it
   * comes; 400 when the client goes away in the middle
   */
  async read(incoming: IncomingMessage, route: NonNullable<Route['body']>, use: (body: Buffer) => Promise<void>): Promise<void> {
    const { yieldMs, unfinishedMs } = this.limits;
    const { promise: cutOff, reject } = Promise.withResolvers<never>();
    const share = this.budget.share(yieldMs, () => reject(tooMuch()));
    const timer = setTimeout(() => reject(new ConsulError(408, 'Request body does not arrive')), unfinishedMs);
    let length = 0;
    const hasRoom = (bytes: number) => {
      length += bytes;
      timer.refresh();
      this.onPart(incoming);
      return length <= SHORT_BODY_BYTES ? share.growAnyway(bytes) : share.grow(bytes);
    };
    try {
      const body = wholeBody(await Promise.race([readBytes(incoming, route.limit, hasRoom), cutOff]), route);
      clearTimeout(timer);
      share.keep();
      await use(body);
    } finally {
      clearTimeout(timer);
      share.release();
    }
  }
}

function wholeBody(body: Buffer | number | undefined, { limit, tooLarge }: NonNullable<Route['body']>): Buffer {
  if (body === undefined) throw new ConsulError(400, 'Request body ended early');
  if (typeof body !== 'number') return body;
  throw body > limit ? new ConsulError(413, tooLarge(body)) : tooMuch();
}

function tooMuch(): ConsulError {
  return new ConsulError(429, 'Limit reached: the bodies of the requests under way are too much together; try again later');
}

function announcedLength({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0);
}
