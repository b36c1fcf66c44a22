import type { Logger } from '@app/telemetry';
import { readGoDuration } from '../go/duration.js';
import type { DurableStore } from '../store/durable-store.js';
import type { SessionEntry } from '../store/entries.js';
import { Topic } from '../store/topics.js';

/** A session ends when it has not been renewed for so many times its TTL: clocks and networks are given room. */
const GRACE = 2;
/** When the end of a session could not be written down. */
const RETRY_MS = 1_000;
/** How many are ended at once: others wait for the disk as well. */
const MAX_AT_ONCE = 256;

interface Countdown {
  timer: NodeJS.Timeout;
  readonly ms: number;
  readonly unwatch: () => void;
}

/**
 * Ends sessions that nobody renews. When they were renewed is not part of the state: after a start each has all of its time again, as after
 * a change of the leader.
 */
export class SessionExpiry {
  private readonly countdowns = new Map<string, Countdown>();
  /** Sessions whose time is over and that have not ended yet. */
  private readonly due = new Set<string>();
  /** Also while the next try is waited for. */
  private isEnding = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<DurableStore, 'state' | 'watchers' | 'propose'>,
    private readonly logger: Logger,
  ) {}

  /** Begins the time of the sessions that are there. */
  start(): void {
    for (const session of this.store.state.sessions.all()) this.watch(session);
  }

  /** Begins the time of a session that has been made. */
  watch({ id, ttl }: Pick<SessionEntry, 'id' | 'ttl'>): void {
    const ms = millisecondsOf(ttl) * GRACE;
    if (ms === 0 || this.store.state.sessions.get(id) === undefined) return;
    const unwatch = this.store.watchers.add({ topics: [Topic.session(id)] }, () => {
      if (this.store.state.sessions.get(id) === undefined) this.forget(id);
    });
    this.countdowns.set(id, { timer: this.schedule(id, ms), ms, unwatch });
  }

  /** Gives a session all of its time again; one without a TTL has no end. */
  renew(id: string): void {
    const countdown = this.countdowns.get(id);
    this.due.delete(id);
    if (countdown !== undefined) this.restart(id, countdown, countdown.ms);
  }

  stop(): void {
    clearTimeout(this.retry);
    for (const id of [...this.countdowns.keys()]) this.forget(id);
  }

  private restart(id: string, countdown: Countdown, ms: number): void {
    clearTimeout(countdown.timer);
    countdown.timer = this.schedule(id, ms);
  }

  private schedule(id: string, ms: number): NodeJS.Timeout {
    const end = () => {
      this.due.add(id);
      if (!this.isEnding) void this.endAll();
    };
    return setTimeout(end, ms).unref();
  }

  private async endAll(): Promise<void> {
    this.isEnding = true;
    while (this.due.size > 0) {
      const ids = [...this.due].slice(0, MAX_AT_ONCE);
      const outcomes = await Promise.allSettled(ids.map((id) => this.store.propose({ type: 'session-destroy', id })));
      const ended = ids.filter((_, at) => outcomes[at]?.status === 'fulfilled');
      for (const id of ended) this.due.delete(id);
      if (ended.length > 0) this.logger.info({ sessions: ended.length }, 'Sessions were not renewed; they have ended');
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure !== undefined) {
        this.postpone(failure.reason);
        return;
      }
    }
    this.isEnding = false;
  }

  /** What could not be written for one cannot be written for the others now: all that are due wait, and it is told once. */
  private postpone(err: unknown): void {
    this.logger.error({ err, sessions: this.due.size }, 'Could not end sessions that were not renewed');
    this.retry = setTimeout(() => void this.endAll(), RETRY_MS).unref();
  }

  private forget(id: string): void {
    const countdown = this.countdowns.get(id);
    if (countdown === undefined) return;
    clearTimeout(countdown.timer);
    countdown.unwatch();
    this.due.delete(id);
    this.countdowns.delete(id);
  }
}

/** A TTL in ms, in every way in which Go writes it; what a session is made with has been checked. */
function millisecondsOf(ttl: string): number {
  const ms = ttl === '' ? 0 : readGoDuration(ttl);
  return typeof ms === 'number' ? ms : 0;
}
