import type { CheckEntry, CheckRegistration, KvEntry, NodeEntry, ServiceEntry, Unindexed } from '../entries.js';

/** What can be done with keys, and whether it changes anything. */
export const KV_VERBS = {
  set: 'write',
  cas: 'write',
  lock: 'write',
  unlock: 'write',
  get: 'read',
  'get-or-empty': 'read',
  'get-tree': 'read',
  'check-index': 'read',
  'check-session': 'read',
  'check-not-exists': 'read',
  delete: 'write',
  'delete-cas': 'write',
  'delete-tree': 'write',
} as const;

export type KvVerb = keyof typeof KV_VERBS;

/** What can be done with nodes, services and checks, and whether it changes anything. */
export const CATALOG_VERBS = { get: 'read', set: 'write', cas: 'write', delete: 'write', 'delete-cas': 'write' } as const;

export type CatalogVerb = keyof typeof CATALOG_VERBS;

/** One operation on a key, or on all below a prefix. */
export interface KvOp {
  readonly kind: 'kv';
  readonly verb: KvVerb;
  readonly key: string;
  readonly value: string | null;
  readonly flags: string;
  readonly index: number;
  readonly session: string;
}

/** One operation on a node, a service or a check; `index` is the one that it must have to be changed or deleted. */
export type CatalogOp =
  | { readonly kind: 'node'; readonly verb: CatalogVerb; readonly node: Unindexed<NodeEntry>; readonly index: number }
  | { readonly kind: 'service'; readonly verb: CatalogVerb; readonly service: Unindexed<ServiceEntry>; readonly index: number }
  | { readonly kind: 'check'; readonly verb: CatalogVerb; readonly check: CheckRegistration; readonly index: number };

/** One operation of a transaction. */
export type TxnOp = KvOp | CatalogOp;

/** What one operation answers with. `isBare`: a key that was written or tested is shown without its value. */
export type TxnResult =
  | { readonly kind: 'kv'; readonly entry: KvEntry; readonly isBare: boolean }
  | { readonly kind: 'node'; readonly entry: NodeEntry }
  | { readonly kind: 'service'; readonly entry: ServiceEntry }
  | { readonly kind: 'check'; readonly entry: CheckEntry };

/** Why an operation cannot be done; `at` is its place in the transaction. */
export interface TxnError {
  readonly at: number;
  readonly what: string;
}

/** Either results of all operations, or errors, and then nothing has changed. */
export interface TxnOutcome {
  readonly results: readonly TxnResult[];
  readonly errors: readonly TxnError[];
}

/** Whether a transaction only looks: then it needs no place in the log. */
export function isReadOnly(ops: readonly TxnOp[]): boolean {
  return ops.every((op) => (op.kind === 'kv' ? KV_VERBS[op.verb] : CATALOG_VERBS[op.verb]) === 'read');
}
