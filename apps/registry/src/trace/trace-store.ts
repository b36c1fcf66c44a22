import type { Span } from './span.js';

/** A span as it is kept: what is searched for, and the whole as JSON, which takes less memory than an object. */
export interface StoredSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | undefined;
  readonly kind: Span['kind'];
  readonly isShared: boolean;
  readonly isError: boolean;
  readonly name: string;
  readonly service: string;
  readonly remoteService: string;
  /** Microseconds; 0 when unknown. */
  readonly timestamp: number;
  readonly duration: number;
  readonly json: string;
}

/** The spans of one trace, in the order of their coming. */
export type Trace = readonly StoredSpan[];

/** What a span takes beside its JSON, about, in bytes. */
const OVERHEAD_BYTES = 200;

/** Traces in memory, up to a size; the oldest go first. Ids of 64 and 128 bits are the same trace when their last 64 bits are. */
export class TraceStore {
  private readonly traces = new Map<string, StoredSpan[]>();
  private bytes = 0;
  private spans = 0;

  /** @param maxBytes of spans kept */
  constructor(private readonly maxBytes: number) {}

  /** How much is kept. */
  get size(): { traces: number; spans: number; bytes: number } {
    return { traces: this.traces.size, spans: this.spans, bytes: this.bytes };
  }

  /** Takes spans; one that is there already is left out. */
  add(spans: readonly Span[]): void {
    for (const span of spans) this.addOne(toStored(span));
    while (this.bytes > this.maxBytes) this.dropOldest();
  }

  /** The trace of an id of 16 or 32 hex digits. */
  trace(traceId: string): Trace | undefined {
    return this.traces.get(keyOf(traceId));
  }

  /** All traces, the oldest first. */
  all(): Iterable<Trace> {
    return this.traces.values();
  }

  private addOne(span: StoredSpan): void {
    const key = keyOf(span.traceId);
    const trace = this.traces.get(key);
    if (trace?.some((other) => other.id === span.id && other.json === span.json)) return;
    if (trace === undefined) this.traces.set(key, [span]);
    else trace.push(span);
    this.bytes += sizeOf(span);
    this.spans += 1;
  }

  private dropOldest(): void {
    for (const [key, trace] of this.traces) {
      this.traces.delete(key);
      this.spans -= trace.length;
      for (const span of trace) this.bytes -= sizeOf(span);
      return;
    }
  }
}

function keyOf(traceId: string): string {
  return traceId.slice(-16);
}

function sizeOf({ json }: StoredSpan): number {
  return json.length + OVERHEAD_BYTES;
}

function toStored(span: Span): StoredSpan {
  return {
    traceId: span.traceId,
    id: span.id,
    parentId: span.parentId ?? undefined,
    kind: span.kind,
    isShared: span.shared === true,
    isError: span.tags?.error !== undefined,
    name: span.name ?? '',
    service: span.localEndpoint?.serviceName ?? '',
    remoteService: span.remoteEndpoint?.serviceName ?? '',
    timestamp: span.timestamp ?? 0,
    duration: span.duration ?? 0,
    json: JSON.stringify(span, (_, value: unknown) => value ?? undefined),
  };
}
