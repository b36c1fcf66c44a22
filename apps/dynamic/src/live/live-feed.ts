import { createLogger } from '@app/telemetry';
import { LiveState } from './live-state.js';
import type { LiveRepository } from './live.repository.js';
import type { LiveMessage } from './live.types.js';

const RELOAD_RETRY_MS = 1_000;

const logger = createLogger('LiveFeed');

/** The live state while somebody looks, moved by what the consumers publish until it is closed. */
export class LiveFeed {
  readonly state = new LiveState();
  /** Settles once the state is whole. Rejects with what Redis throws; then the feed is closed. */
  readonly opened: Promise<void>;
  private unsubscribe: (() => void) | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param onChange the state has changed; told with the message when one did it */
  constructor(
    private readonly live: LiveRepository,
    private readonly onChange: (message?: LiveMessage) => void,
  ) {
    this.opened = this.open();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.unsubscribe?.();
  }

  /** Listens first and reads then, so that nothing falls between. */
  private async open(): Promise<void> {
    try {
      this.unsubscribe = await this.live.subscribe(
        (message) => {
          this.state.apply(message);
          this.onChange(message);
        },
        () => void this.reload(),
      );
      await this.live.load(this.state, Date.now());
    } catch (error) {
      this.close();
      throw error;
    }
    // Closed while it was being opened.
    if (this.closed) this.close();
  }

  private async reload(): Promise<void> {
    clearTimeout(this.retry);
    try {
      await this.live.load(this.state, Date.now());
      if (!this.closed) this.onChange();
    } catch (error) {
      if (this.closed) return;
      logger.warn({ err: error }, 'The live state could not be read again; trying once more');
      this.retry = setTimeout(() => void this.reload(), RELOAD_RETRY_MS);
    }
  }
}
