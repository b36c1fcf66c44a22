import { MAX_LOCK_DELAY_BYTES } from '../../limits.js';
import type { SnapshotRecord } from '../command.js';

interface Delay {
  readonly from: number;
  readonly until: number;
}

/** What is left of them when they are too many, as a part of the limit: many are forgotten at once, since looking for them takes time. */
const KEPT = 0.9;
/** What one is taken to need beside its key. */
const ENTRY_BYTES = 64;

/**
 * Keys that cannot be acquired for a while, since the session that held them has ended while its owner may still think that it holds them.
 * Times are those of the commands, in ms since 1970. Of more than the limit the oldest are forgotten.
 */
export class LockDelays {
  /** In the order of their beginning. */
  private readonly delays = new Map<string, Delay>();
  private bytes = 0;
  /** When those that are over were forgotten last: none more is over at the same time. */
  private tidiedAt: number | undefined;

  begin(key: string, from: number, ms: number): void {
    this.forget(key);
    this.restore(key, { from, until: from + ms });
    if (from === this.tidiedAt && this.bytes <= MAX_LOCK_DELAY_BYTES) return;
    this.tidiedAt = from;
    const most = this.bytes > MAX_LOCK_DELAY_BYTES ? MAX_LOCK_DELAY_BYTES * KEPT : MAX_LOCK_DELAY_BYTES;
    for (const [oldest, delay] of this.delays) {
      if (this.bytes <= most && isOn(delay, from)) return;
      this.forget(oldest);
    }
  }

  /** A clock that was set back to before its beginning does not make a delay longer: it is over then. */
  isOn(key: string, at: number): boolean {
    const delay = this.delays.get(key);
    return delay !== undefined && isOn(delay, at);
  }

  records(): SnapshotRecord[] {
    return [...this.delays].map(([key, delay]) => ({ type: 'lock-delay', key, ...delay }) as const);
  }

  restore(key: string, { from, until }: Delay): void {
    this.delays.set(key, { from, until });
    this.bytes += weight(key);
  }

  private forget(key: string): void {
    if (this.delays.delete(key)) this.bytes -= weight(key);
  }
}

function isOn({ from, until }: Delay, at: number): boolean {
  return at >= from && at < until;
}

function weight(key: string): number {
  return Buffer.byteLength(key) + ENTRY_BYTES;
}
