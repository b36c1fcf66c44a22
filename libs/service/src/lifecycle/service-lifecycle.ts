import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/**
 * Where the process is in its life. Handlers that answer for long (event streams, blocking queries) end when `stopping` aborts; all others
 * are waited for.
 */
@Injectable()
export class ServiceLifecycle {
  private readonly stop = new AbortController();
  private inFlight = 0;
  private lastBegin = 0;
  private onIdle: (() => void) | undefined;

  /** Aborts when the service begins to shut down. */
  get stopping(): AbortSignal {
    return this.stop.signal;
  }

  /** Begins the shutdown: `stopping` aborts. */
  beginStop(): void {
    this.stop.abort();
  }

  /**
   * One more request is being handled.
   *
   * @param isProbe whoever sends it looks at this process alone, and asks no registry whom to send it to
   */
  begin({ isProbe = false } = {}): void {
    this.inFlight += 1;
    if (!isProbe) this.lastBegin = performance.now();
  }

  /** One request fewer is being handled. */
  end(): void {
    this.inFlight -= 1;
    if (this.inFlight <= 0) this.onIdle?.();
  }

  /**
   * Waits until no new request has come for a while, probes aside.
   *
   * @param quietMs how long none may have come, from now on
   * @param longestMs the longest wait
   */
  async quiet(quietMs: number, longestMs: number): Promise<void> {
    const from = performance.now();
    for (let now = from; ; now = performance.now()) {
      const left = Math.min(Math.max(from, this.lastBegin) + quietMs, from + longestMs) - now;
      if (left <= 0) return;
      await delay(left);
    }
  }

  /**
   * Waits until no request is being handled.
   *
   * @param timeoutMs the longest wait
   * @returns how many were still being handled then
   */
  async idle(timeoutMs: number): Promise<number> {
    if (this.inFlight <= 0) return 0;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, timeoutMs, undefined);
    this.onIdle = () => {
      resolve(undefined);
    };
    await promise;
    clearTimeout(timer);
    return this.inFlight;
  }
}
