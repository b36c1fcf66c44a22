import type { Span } from './span.js';
import type { StoredSpan, Trace, TraceStore } from './trace-store.js';

/** What traces are looked for. Durations in microseconds, times in ms. */
export interface TraceQuery {
  readonly serviceName?: string | undefined;
  readonly remoteServiceName?: string | undefined;
  readonly spanName?: string | undefined;
  /** `http.method=GET and error`. */
  readonly annotationQuery?: string | undefined;
  readonly minDuration?: number | undefined;
  readonly maxDuration?: number | undefined;
  readonly endTs: number;
  readonly lookback: number;
  readonly limit: number;
}

/** Finds traces that began in the time asked for and have spans that match; the newest first. */
export function findTraces(store: TraceStore, query: TraceQuery): Trace[] {
  const terms = parseAnnotationQuery(query.annotationQuery ?? '');
  const until = query.endTs * 1_000;
  const from = until - query.lookback * 1_000;
  return [...store.all()]
    .map((trace) => ({ trace, began: beginOf(trace) }))
    .filter(({ trace, began }) => began >= from && began <= until && matches(trace, query, terms))
    .sort((one, other) => other.began - one.began)
    .slice(0, query.limit)
    .map(({ trace }) => trace);
}

/** Names of services that made spans, sorted. */
export function serviceNames(store: TraceStore): string[] {
  return namesOf(store, (span) => span.service);
}

/** Names of a service's spans, sorted. */
export function spanNames(store: TraceStore, service: string): string[] {
  return namesOf(store, (span) => (span.service === service ? span.name : ''));
}

/** Names of the services that a service called or was called by, sorted. */
export function remoteServiceNames(store: TraceStore, service: string): string[] {
  return namesOf(store, (span) => (span.service === service ? span.remoteService : ''));
}

/** When a trace began, in microseconds. */
export function beginOf(trace: Trace): number {
  let began = Infinity;
  for (const { timestamp } of trace) if (timestamp > 0) began = Math.min(began, timestamp);
  return began === Infinity ? 0 : began;
}

function namesOf(store: TraceStore, nameOf: (span: StoredSpan) => string): string[] {
  const names = new Set<string>();
  for (const trace of store.all()) for (const span of trace) names.add(nameOf(span));
  names.delete('');
  return [...names].sort();
}

type Term = readonly [key: string, value: string | undefined];

function parseAnnotationQuery(text: string): Term[] {
  return text
    .split(' and ')
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .map((term) => {
      const at = term.indexOf('=');
      return at === -1 ? [term, undefined] : [term.slice(0, at), term.slice(at + 1)];
    });
}

/** Each thing asked for must be in some span of the service; where no service is asked for, in any. */
function matches(trace: Trace, query: TraceQuery, terms: readonly Term[]): boolean {
  const own = query.serviceName === undefined ? trace : trace.filter((span) => span.service === query.serviceName);
  return (
    own.length > 0 &&
    isAnyOrFound(query.remoteServiceName, own, (span) => span.remoteService) &&
    isAnyOrFound(query.spanName, own, (span) => span.name) &&
    hasDuration(own, query) &&
    terms.every((term) => own.some((span) => hasTerm(span, term)))
  );
}

function isAnyOrFound(wanted: string | undefined, spans: Trace, nameOf: (span: StoredSpan) => string): boolean {
  return wanted === undefined || spans.some((span) => nameOf(span) === wanted);
}

function hasDuration(spans: Trace, { minDuration, maxDuration = Infinity }: TraceQuery): boolean {
  return minDuration === undefined || spans.some(({ duration }) => duration >= minDuration && duration <= maxDuration);
}

function hasTerm({ json }: StoredSpan, [key, value]: Term): boolean {
  // Most spans do not have the word at all, and need not be opened.
  if (!json.includes(JSON.stringify(key).slice(1, -1))) return false;
  const { tags, annotations } = JSON.parse(json) as Span;
  if (value !== undefined) return tags?.[key] === value;
  return tags?.[key] !== undefined || (annotations ?? []).some((annotation) => annotation.value === key);
}
