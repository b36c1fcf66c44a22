import type { CheckEntry, KvEntry, NodeEntry, ServiceEntry } from './entries.js';

/** What a caller gives of an entry; the indexes are the state's. */
export type Unindexed<T> = Omit<T, 'createIndex' | 'modifyIndex'>;

/** A check as it is registered: the name and tags of its service are the service's own. */
export type CheckRegistration = Omit<Unindexed<CheckEntry>, 'serviceName' | 'serviceTags'>;

/**
 * Everything that can change the state. Commands are what the log holds: applied in order to the same state they always come to
 * the same result, so whatever depends on the state (compare-and-set) is decided when a command is applied, never before.
 */
export type Command =
  | { type: 'kv-put'; key: string; value: string | null; flags: string; cas?: number }
  | { type: 'kv-delete'; key: string; cas?: number }
  | { type: 'kv-delete-tree'; prefix: string }
  | { type: 'node-put'; node: Unindexed<NodeEntry> }
  | { type: 'service-put'; service: Unindexed<ServiceEntry>; checks: CheckRegistration[]; replaceChecks: boolean }
  | { type: 'service-delete'; node: string; id: string }
  | { type: 'check-put'; check: CheckRegistration }
  | { type: 'check-delete'; node: string; checkId: string }
  | { type: 'check-status'; node: string; checkId: string; status: CheckEntry['status']; output: string };

/** Everything that a snapshot is made of, one record a line. */
export type SnapshotRecord =
  | { type: 'kv'; entry: KvEntry }
  | { type: 'tombstone'; key: string; index: number }
  | { type: 'node'; entry: NodeEntry }
  | { type: 'service'; entry: ServiceEntry }
  | { type: 'check'; entry: CheckEntry }
  | { type: 'service-index'; name: string; index: number }
  | { type: 'indexes'; indexes: Record<string, number> };
