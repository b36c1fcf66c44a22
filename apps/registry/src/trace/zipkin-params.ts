import { DAY_MS } from '@app/contracts';
import type { TraceQuery } from './trace-query.js';
import { ZipkinError } from './zipkin-error.js';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1_000;

/**
 * Reads the parameters of a search.
 *
 * @throws ZipkinError 400 that names the parameter and the rule
 */
export function parseTraceQuery(params: URLSearchParams): TraceQuery {
  const minDuration = positiveParam(params, 'minDuration');
  const maxDuration = positiveParam(params, 'maxDuration');
  if (maxDuration !== undefined && minDuration === undefined) throw new ZipkinError(400, 'maxDuration is only valid with minDuration');
  if (maxDuration !== undefined && minDuration !== undefined && maxDuration < minDuration)
    throw new ZipkinError(400, 'maxDuration < minDuration');
  return {
    serviceName: nameParam(params, 'serviceName'),
    remoteServiceName: nameParam(params, 'remoteServiceName'),
    spanName: allIsNone(nameParam(params, 'spanName')),
    annotationQuery: params.get('annotationQuery') ?? undefined,
    minDuration,
    maxDuration,
    endTs: positiveParam(params, 'endTs') ?? Date.now(),
    lookback: positiveParam(params, 'lookback') ?? DAY_MS,
    limit: Math.min(positiveParam(params, 'limit') ?? DEFAULT_LIMIT, MAX_LIMIT),
  };
}

/** @throws ZipkinError 400 when `endTs` is absent */
export function parseDependencyWindow(params: URLSearchParams): { endTs: number; lookback: number } {
  const endTs = positiveParam(params, 'endTs');
  if (endTs === undefined) throw new ZipkinError(400, 'endTs is required');
  return { endTs, lookback: positiveParam(params, 'lookback') ?? DAY_MS };
}

/** @throws ZipkinError 400 when it is not 1 to 32 hex digits */
export function parseTraceId(text: string): string {
  if (!/^[0-9a-fA-F]{1,32}$/.test(text)) throw new ZipkinError(400, `${text.slice(0, 64)} should be lower-hex encoded with no prefix`);
  return text.toLowerCase().padStart(text.length > 16 ? 32 : 16, '0');
}

/** @throws ZipkinError 400 when there are less than two, or one twice */
export function parseTraceIds(params: URLSearchParams): string[] {
  const ids = (params.get('traceIds') ?? '')
    .split(',')
    .filter((id) => id !== '')
    .map(parseTraceId);
  if (ids.length < 2) throw new ZipkinError(400, 'traceIds parameter is empty or has only one id');
  if (new Set(ids).size < ids.length) throw new ZipkinError(400, 'redundant traceId');
  return ids;
}

/** A name in lower case, as spans are kept. */
export function nameParam(params: URLSearchParams, name: string): string | undefined {
  const text = params.get(name) ?? '';
  return text === '' ? undefined : text.toLowerCase();
}

function allIsNone(name: string | undefined): string | undefined {
  return name === 'all' ? undefined : name;
}

function positiveParam(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^\d{1,16}$/.test(text) || Number(text) < 1) throw new ZipkinError(400, `${name} should be a whole number of at least 1`);
  return Number(text);
}
