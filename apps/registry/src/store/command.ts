import type { CheckEntry, CheckRegistration, KvEntry, NodeEntry, ServiceEntry, SessionEntry, Unindexed } from './entries.js';
import type { Registration } from './tables/registration.js';
import type { TxnOp, TxnOutcome } from './txn/txn-op.js';

export type { CheckRegistration, Unindexed } from './entries.js';

/**
 * Everything that can change the state. Commands are what the log holds: applied in order to the same state they always come to
 * the same result, so whatever depends on the state (compare-and-set) is decided when a command is applied, never before.
 */
export type Command =
  | { type: 'kv-put'; key: string; value: string | null; flags: string; cas?: number; acquire?: string; release?: string }
  | { type: 'kv-delete'; key: string; cas?: number }
  | { type: 'kv-delete-tree'; prefix: string }
  | { type: 'session-create'; session: Unindexed<SessionEntry> }
  | { type: 'session-destroy'; id: string }
  | { type: 'txn'; ops: TxnOp[] }
  | { type: 'register'; registration: Registration }
  | { type: 'node-put'; node: Unindexed<NodeEntry> }
  | { type: 'node-delete'; node: string }
  | { type: 'service-put'; service: Unindexed<ServiceEntry>; checks: CheckRegistration[]; replaceChecks: boolean }
  | { type: 'service-delete'; node: string; id: string }
  | { type: 'check-put'; check: CheckRegistration }
  | { type: 'check-delete'; node: string; checkId: string }
  | { type: 'check-status'; node: string; checkId: string; status: CheckEntry['status']; output: string };

const TYPES: Readonly<Record<Command['type'], true>> = {
  'kv-put': true,
  'kv-delete': true,
  'kv-delete-tree': true,
  'session-create': true,
  'session-destroy': true,
  txn: true,
  register: true,
  'node-put': true,
  'node-delete': true,
  'service-put': true,
  'service-delete': true,
  'check-put': true,
  'check-delete': true,
  'check-status': true,
};

/** Whether a command of a log is one that can be applied here. */
export function isCommand({ type }: { readonly type: string }): boolean {
  return Object.hasOwn(TYPES, type);
}

/**
 * What applying a command answers: for a transaction its outcome, else whether it had its effect: false when compare-and-set does not hold,
 * when a lock is not to be had, or when there is no such entry.
 */
export type ResultOf<C extends Command> = C extends { type: 'txn' } ? TxnOutcome : boolean;

/** Everything that a snapshot is made of, one record a line. */
export type SnapshotRecord =
  | { type: 'kv'; entry: KvEntry }
  | { type: 'tombstone'; key: string; index: number }
  | { type: 'session'; entry: SessionEntry }
  | { type: 'lock-delay'; key: string; from: number; until: number }
  | { type: 'node'; entry: NodeEntry }
  | { type: 'service'; entry: ServiceEntry }
  | { type: 'check'; entry: CheckEntry }
  | { type: 'service-index'; name: string; index: number }
  | { type: 'node-index'; name: string; index: number }
  | { type: 'indexes'; indexes: Record<string, number> };
