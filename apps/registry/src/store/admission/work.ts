import type { Command } from '../command.js';
import type { KvEntry } from '../entries.js';
import type { RegistryState } from '../registry-state.js';
import { catalogWeight } from '../tables/catalog-usage.js';
import type { KvTable } from '../tables/kv-table.js';
import { type CatalogOp, isReadOnly, type KvOp, type KvVerb, type TxnOp } from '../txn/txn-op.js';

/** Operations that are answered with values. */
export const SHOWN: ReadonlySet<KvVerb> = new Set(['get', 'get-or-empty', 'get-tree']);
/** Operations that walk through all keys below a prefix. */
export const TREES: ReadonlySet<KvVerb> = new Set(['get-tree', 'delete-tree']);

/** So many bytes of answers take about as long as one entry. */
const BYTES_OF_ENTRY = 256;
/** What an entry takes in an answer beside its key and value, in bytes. */
const FRAME_BYTES = 128;

/**
 * How long a command takes to apply, counted in entries that it goes through: of trees, of the catalogue where a transaction needs a copy,
 * and of answers by their length. What touches a few entries only counts nothing.
 *
 * @param most is looked no further when there are more
 */
export function workOf(state: RegistryState, command: Command, most: number): number {
  if (command.type === 'kv-delete-tree') return state.kv.count(command.prefix);
  if (command.type !== 'txn') return 0;
  let work = 0;
  if (!isReadOnly(command.ops.filter((op) => op.kind !== 'kv'))) {
    const { nodes, services, checks } = state.catalog.usage();
    work += nodes + services + checks;
  }
  for (const op of command.ops) if (op.kind === 'kv' && TREES.has(op.verb)) work += state.kv.count(op.key);
  for (const op of command.ops) {
    if (work > most) return work;
    if (op.kind === 'kv' && SHOWN.has(op.verb)) work += Math.floor(shownBytes(state.kv, op) / BYTES_OF_ENTRY);
  }
  return work;
}

/**
 * About how long the answer of a transaction becomes, in bytes.
 *
 * @param most is looked no further when it is longer
 */
export function answerBytes(state: RegistryState, ops: readonly TxnOp[], most: number): number {
  let bytes = 0;
  for (const op of ops) {
    bytes += FRAME_BYTES * (op.kind === 'kv' && op.verb === 'get-tree' ? state.kv.count(op.key) : 1);
    if (bytes > most) return bytes;
    if (op.kind !== 'kv') bytes += catalogWeight(entryOf(state, op));
    else bytes += SHOWN.has(op.verb) ? shownBytes(state.kv, op) : Buffer.byteLength(op.key);
  }
  return bytes;
}

/** Keys and values that an operation is answered with, in bytes. */
export function shownBytes(kv: KvTable, { verb, key }: KvOp): number {
  if (verb !== 'get-tree') return answerWeight(kv.get(key));
  let bytes = 0;
  for (const entry of kv.list(key)) bytes += answerWeight(entry);
  return bytes;
}

/** At least as many, known without a walk through a tree: all that there is, in base64. */
export function mostShownBytes(kv: KvTable, op: KvOp): number {
  return op.verb === 'get-tree' ? Math.ceil((kv.usage().bytes * 4) / 3) + 4 * kv.count(op.key) : shownBytes(kv, op);
}

/** Values are answered as they are held, in base64. */
function answerWeight(entry: KvEntry | undefined): number {
  return entry === undefined ? 0 : Buffer.byteLength(entry.key) + (entry.value?.length ?? 0);
}

/** What an operation reads, or what it puts there. */
function entryOf({ catalog }: RegistryState, op: CatalogOp): Parameters<typeof catalogWeight>[0] {
  switch (op.kind) {
    case 'node':
      return (op.verb === 'get' ? catalog.node(op.node.name) : undefined) ?? op.node;
    case 'service':
      return (op.verb === 'get' ? catalog.service(op.service.node, op.service.id) : undefined) ?? op.service;
    case 'check':
      return catalog.check(op.check.node, op.check.checkId) ?? { ...op.check, serviceName: '', serviceTags: [] };
  }
}
