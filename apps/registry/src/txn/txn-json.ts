import { checkJson, nodeJson, serviceJson } from '../catalog/catalog-json.js';
import type { Pieces } from '../http/consul-request.js';
import { kvJson } from '../kv/kv-json.js';
import type { TxnError, TxnResult } from '../store/txn/txn-op.js';

/** What Consul adds to the answer of a transaction that only looks. */
export interface ReadNote {
  /** False when nothing was even read. */
  readonly isRead: boolean;
}

/** Results as Consul writes them; each is written only when it is sent. */
export function txnResultsJson(results: readonly TxnResult[], datacenter: string, note?: ReadNote): Pieces {
  const end = `],"Errors":null${noteJson(note)}}`;
  let bytes = '{"Results":['.length + Math.max(results.length - 1, 0) + end.length;
  for (const result of results) bytes += byteLength(result, datacenter);
  return { bytes, parts: parts(results, datacenter, end) };
}

/** Errors as Consul writes them. */
export function txnErrorsJson(errors: readonly TxnError[], note?: ReadNote): string {
  const list = errors.map(({ at, what }) => ({ OpIndex: at, What: what }));
  return `{"Results":null,"Errors":${JSON.stringify(list)}${noteJson(note)}}`;
}

function* parts(results: readonly TxnResult[], datacenter: string, end: string): Generator<string> {
  yield '{"Results":[';
  for (const [at, result] of results.entries()) yield `${at === 0 ? '' : ','}${resultJson(result, datacenter)}`;
  yield end;
}

function resultJson(result: TxnResult, datacenter: string): string {
  switch (result.kind) {
    case 'kv':
      return `{"KV":${kvJson(result.isBare ? { ...result.entry, value: null } : result.entry)}}`;
    case 'node':
      return JSON.stringify({ Node: nodeJson(result.entry, datacenter) });
    case 'service':
      return JSON.stringify({ Service: { ...serviceJson(result.entry), Tags: orNull(result.entry.tags) } });
    case 'check':
      return JSON.stringify({ Check: { ...checkJson(result.entry), ServiceTags: orNull(result.entry.serviceTags) } });
  }
}

/** Transactions have null for no tags, where other endpoints have an empty list. */
function orNull(tags: readonly string[]): readonly string[] | null {
  return tags.length === 0 ? null : tags;
}

/** Base64 has one byte a character, so that values need not be written to be measured. */
function byteLength(result: TxnResult, datacenter: string): number {
  if (result.kind !== 'kv' || result.isBare || result.entry.value === null) return Buffer.byteLength(resultJson(result, datacenter));
  return Buffer.byteLength(resultJson({ ...result, isBare: true }, datacenter)) + result.entry.value.length + '""'.length - 'null'.length;
}

function noteJson(note: ReadNote | undefined): string {
  if (note === undefined) return '';
  const { isRead } = note;
  const meta = { Index: isRead ? 1 : 0, LastContact: 0, KnownLeader: isRead, ConsistencyLevel: '', NotModified: false, Backend: 0 };
  return `,${JSON.stringify({ ...meta, ResultsFilteredByACLs: false }).slice(1, -1)}`;
}
