import type { ServerResponse } from 'node:http';
import { InjectConfig, type LiveConfig } from '@app/config';
import { AppError } from '@app/errors';
import { ServiceLifecycle } from '@app/service';
import { createCounter, createGauge } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import { type DynamicConfig, dynamicConfig } from '../dynamic.config.js';
import { EventStream, toFrame } from './event-stream.js';
import { LiveFeed } from './live-feed.js';
import type { LiveState } from './live-state.js';
import { LiveError } from './live.errors.js';
import { LiveRepository } from './live.repository.js';
import type { LiveMessage } from './live.types.js';

const SNAPSHOT_INTERVAL_MS = 1_000;
const HEARTBEAT_MS = 15_000;
const RETRY_AFTER_SECONDS = 10;

const openStreams = createGauge({ name: 'dynamic_event_streams', help: 'Event streams that are open.' });
const droppedStreams = createCounter({
  name: 'dynamic_event_streams_dropped_total',
  help: 'Event streams that were ended because their reader was too slow.',
});

/** A response, and the headers that were set for it before. */
interface StreamHead {
  response: ServerResponse;
  headers: Parameters<EventStream['begin']>[0];
}

/** Sends live events to all open streams of this instance, whichever instance has counted the passes. */
@Injectable()
export class LiveEventsService {
  private readonly streams = new Set<EventStream>();
  /** Streams that are being opened: they count as open, so that what they wait for stays. */
  private opening = 0;
  /** There while somebody listens: nobody listening costs nothing. */
  private feed: LiveFeed | undefined;
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
   * @param begin called when the answer is sure
   * @throws AppError DYN_TOO_MANY_EVENT_STREAMS; what Redis throws when the state cannot be read
   */
  async open(area: string, begin: () => StreamHead): Promise<void> {
    this.refuseWhenStopping();
    if (this.streams.size + this.opening >= this.config.value.eventClients) throw tooManyStreams();
    this.opening += 1;
    try {
      const state = await this.listen();
      // Meanwhile the service may have begun to stop, or the reader have gone.
      this.refuseWhenStopping();
      const head = begin();
      if (!head.response.destroyed) this.start(head, area, state);
    } finally {
      this.opening -= 1;
      this.restIfUnheard();
    }
  }

  private start({ response, headers }: StreamHead, area: string, state: LiveState): void {
    const stream = new EventStream(response, area, this.config.value.eventBuffer);
    this.streams.add(stream);
    openStreams.set(this.streams.size);
    stream.onClose(() => {
      this.streams.delete(stream);
      openStreams.set(this.streams.size);
      this.restIfUnheard();
    });
    stream.begin(headers);
    this.send(stream, toFrame('snapshot', state.snapshot(area, Date.now())));
  }

  /** A failure is told to all who wait for the feed; the next one tries again. */
  private async listen(): Promise<LiveState> {
    if (this.feed === undefined || this.feed.isClosed) this.feed = this.openFeed();
    const { state, opened } = this.feed;
    await opened;
    return state;
  }

  private openFeed(): LiveFeed {
    this.heartbeat ??= setInterval(() => {
      this.broadcast(() => ': still here\n\n');
    }, HEARTBEAT_MS);
    const feed: LiveFeed = new LiveFeed(this.live, (message) => {
      this.onChange(feed.state, message);
    });
    return feed;
  }

  private onChange(state: LiveState, message?: LiveMessage): void {
    const frames = message?.passes.map(({ pass }) => ({ stationCode: pass.stationCode, frame: toFrame('pass', pass) })) ?? [];
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

  private restIfUnheard(): void {
    if (this.streams.size + this.opening === 0) this.rest();
  }

  private rest(): void {
    this.feed?.close();
    this.feed = undefined;
    clearInterval(this.heartbeat);
    this.heartbeat = undefined;
    clearTimeout(this.nextSnapshot);
    this.nextSnapshot = undefined;
  }

  private refuseWhenStopping(): void {
    if (this.lifecycle.stopping.aborted) throw tooManyStreams();
  }

  private stop(): void {
    for (const stream of this.streams) stream.end();
    this.rest();
  }
}

function tooManyStreams(): AppError {
  return new AppError(LiveError.DYN_TOO_MANY_EVENT_STREAMS, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
