import type { ServerResponse } from 'node:http';
import { InjectConfig, type LiveConfig } from '@app/config';
import { AppError } from '@app/errors';
import { ServiceLifecycle } from '@app/service';
import { createCounter, createGauge, createLogger } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import { type DynamicConfig, dynamicConfig } from '../dynamic.config.js';
import { EventStream, toFrame } from './event-stream.js';
import { LiveState } from './live-state.js';
import { LiveError } from './live.errors.js';
import { LiveRepository } from './live.repository.js';
import type { LiveMessage } from './live.types.js';

const SNAPSHOT_INTERVAL_MS = 1_000;
const HEARTBEAT_MS = 15_000;
const RELOAD_RETRY_MS = 1_000;
const RETRY_AFTER_SECONDS = 10;

const openStreams = createGauge({ name: 'dynamic_event_streams', help: 'Event streams that are open.' });
const droppedStreams = createCounter({
  name: 'dynamic_event_streams_dropped_total',
  help: 'Event streams that were ended because their reader was too slow.',
});

/** What is there while somebody listens: nobody listening costs nothing. */
interface Feed {
  state: LiveState;
  close: () => void;
}

/** Sends live events to all open streams of this instance, whichever instance has counted the passes. */
@Injectable()
export class LiveEventsService {
  private readonly logger = createLogger(LiveEventsService.name);
  private readonly streams = new Set<EventStream>();
  private feed: Promise<Feed> | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private nextSnapshot: NodeJS.Timeout | undefined;
  /** On the monotonic clock: the clock of the day may be set back. */
  private lastSnapshot = -Infinity;

  constructor(
    private readonly live: LiveRepository,
    private readonly lifecycle: ServiceLifecycle,
    @InjectConfig(dynamicConfig) private readonly config: LiveConfig<DynamicConfig>,
  ) {
    lifecycle.stopping.addEventListener('abort', () => {
      this.stop();
    });
  }

  /**
   * Opens a stream: its snapshot at once, then what happens.
   *
   * @param area division code that bounds what is shown; empty = everything
   * @param begin called when the answer is sure; gives the response, with its headers sent so far
   * @throws AppError DYN_TOO_MANY_EVENT_STREAMS; what Redis throws when the state cannot be read
   */
  async open(area: string, begin: () => { response: ServerResponse; headers: Parameters<EventStream['begin']>[0] }): Promise<void> {
    const { eventClients, eventBuffer } = this.config.value;
    if (this.streams.size >= eventClients || this.lifecycle.stopping.aborted) {
      throw new AppError(LiveError.DYN_TOO_MANY_EVENT_STREAMS, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    const state = await this.listenForState();
    const { response, headers } = begin();
    const stream = new EventStream(response, area, eventBuffer);
    this.streams.add(stream);
    openStreams.set(this.streams.size);
    stream.onClose(() => {
      this.forget(stream);
    });
    stream.begin(headers);
    this.send(stream, toFrame('snapshot', state.snapshot(area, Date.now())));
  }

  /** While this waits for the feed, the last reader may go, and the feed with it. */
  private async listenForState(): Promise<LiveState> {
    for (;;) {
      const feed = this.listen();
      const { state } = await feed;
      if (feed === this.feed) return state;
    }
  }

  private listen(): Promise<Feed> {
    if (this.feed === undefined) {
      const feed = this.openFeed();
      this.feed = feed;
      // A failure is told to whoever opens a stream; the next one tries again.
      feed.catch(() => {
        if (this.feed === feed) this.feed = undefined;
      });
      this.heartbeat ??= setInterval(() => {
        this.broadcast(() => ': still here\n\n');
      }, HEARTBEAT_MS);
    }
    return this.feed;
  }

  /** Listens first and reads then, so that nothing falls between. */
  private async openFeed(): Promise<Feed> {
    const state = new LiveState();
    const close = await this.live.subscribe(
      (message) => {
        this.onMessage(state, message);
      },
      () => void this.reload(state),
    );
    try {
      await this.live.load(state, Date.now());
    } catch (error) {
      close();
      throw error;
    }
    return { state, close };
  }

  private async reload(state: LiveState): Promise<void> {
    try {
      await this.live.load(state, Date.now());
      this.scheduleSnapshot(state);
    } catch (error) {
      this.logger.warn({ err: error }, 'The live state could not be read again; trying once more');
      setTimeout(() => void (this.feed !== undefined && this.reload(state)), RELOAD_RETRY_MS);
    }
  }

  private onMessage(state: LiveState, message: LiveMessage): void {
    state.apply(message);
    const frames = message.passes.map(({ pass }) => ({ stationCode: pass.stationCode, frame: toFrame('pass', pass) }));
    this.broadcast((area) => frames.reduce((text, { stationCode, frame }) => (stationCode.startsWith(area) ? text + frame : text), ''));
    this.scheduleSnapshot(state);
  }

  private scheduleSnapshot(state: LiveState): void {
    if (this.streams.size === 0) return;
    this.nextSnapshot ??= setTimeout(
      () => {
        this.nextSnapshot = undefined;
        this.lastSnapshot = performance.now();
        const now = Date.now();
        this.broadcast((area) => toFrame('snapshot', state.snapshot(area, now)));
      },
      Math.max(0, this.lastSnapshot + SNAPSHOT_INTERVAL_MS - performance.now()),
    );
  }

  /** @param framesFor what readers of an area get; asked once per area, empty for nothing */
  private broadcast(framesFor: (area: string) => string): void {
    const byArea = new Map<string, string>();
    for (const stream of this.streams) {
      const frames = byArea.get(stream.area) ?? framesFor(stream.area);
      byArea.set(stream.area, frames);
      if (frames !== '') this.send(stream, frames);
    }
  }

  private send(stream: EventStream, frames: string): void {
    if (!stream.write(frames)) droppedStreams.inc();
  }

  private forget(stream: EventStream): void {
    this.streams.delete(stream);
    openStreams.set(this.streams.size);
    if (this.streams.size === 0) this.rest();
  }

  /** Nobody listens any more. */
  private rest(): void {
    const feed = this.feed;
    this.feed = undefined;
    clearInterval(this.heartbeat);
    this.heartbeat = undefined;
    clearTimeout(this.nextSnapshot);
    this.nextSnapshot = undefined;
    feed?.then(
      ({ close }) => {
        close();
      },
      () => undefined,
    );
  }

  private stop(): void {
    for (const stream of this.streams) stream.end();
    this.rest();
  }
}
