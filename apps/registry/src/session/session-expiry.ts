import type { Logger } from '@app/telemetry';
import { parseGoDuration } from '../http/go-duration.js';
import type { DurableStore } from '../store/durable-store.js';
import type { SessionEntry } from '../store/entries.js';
import { Topic } from '../store/topics.js';

/** A session ends when it has not been renewed for so many times its TTL: clocks and networks are given room. */
const GRACE = 2;
/** When the end of a session could not be written down. */
const RETRY_MS = 1_000;

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
    const ms = (parseGoDuration(ttl) ?? 0) * GRACE;
    if (ms === 0 || this.store.state.sessions.get(id) === undefined) return;
    const unwatch = this.store.watchers.add({ topics: [Topic.session(id)] }, () => {
      if (this.store.state.sessions.get(id) === undefined) this.forget(id);
    });
    this.countdowns.set(id, { timer: this.schedule(id, ms), ms, unwatch });
  }

  /** Gives a session all of its time again; one without a TTL has no end. */
  renew(id: string): void {
    const countdown = this.countdowns.get(id);
    if (countdown !== undefined) this.restart(id, countdown, countdown.ms);
  }

  stop(): void {
    for (const id of [...this.countdowns.keys()]) this.forget(id);
  }

  private restart(id: string, countdown: Countdown, ms: number): void {
    clearTimeout(countdown.timer);
    countdown.timer = this.schedule(id, ms);
  }

  private schedule(id: string, ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.end(id), ms).unref();
  }

  private async end(id: string): Promise<void> {
    try {
      await this.store.propose({ type: 'session-destroy', id });
      this.logger.info({ session: id }, 'Session was not renewed; it has ended');
    } catch (error) {
      this.logger.error({ err: error, session: id }, 'Could not end a session that was not renewed');
      const countdown = this.countdowns.get(id);
      if (countdown !== undefined) this.restart(id, countdown, RETRY_MS);
    }
  }

  private forget(id: string): void {
    const countdown = this.countdowns.get(id);
    if (countdown === undefined) return;
    clearTimeout(countdown.timer);
    countdown.unwatch();
    this.countdowns.delete(id);
  }
}
