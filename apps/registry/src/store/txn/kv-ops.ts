import type { KvEntry } from '../entries.js';
import type { SessionTable } from '../tables/session-table.js';
import type { KvDraft } from './kv-draft.js';
import { demand } from './operation-failed.js';
import type { KvOp, TxnResult } from './txn-op.js';

/**
 * Does one operation on keys.
 *
 * @throws OperationFailed
 */
export function applyKvOp(kv: KvDraft, sessions: SessionTable, op: KvOp): TxnResult[] {
  const { verb, key, value, flags, index, session } = op;
  const put = { key, value, flags };
  switch (verb) {
    case 'set':
      return bare(demand(kv.put(put), `failed to set key "${key}"`));
    case 'cas':
      return bare(demand(kv.put({ ...put, cas: index }), `failed to set key "${key}", index is stale`));
    case 'lock':
      demand(session !== '', 'missing session');
      demand(sessions.get(session), `invalid session "${session}"`);
      return bare(demand(kv.put({ ...put, acquire: session }), `failed to lock key "${key}", lock is already held`));
    case 'unlock':
      demand(session !== '', 'missing session');
      return bare(
        demand(kv.put({ ...put, release: session }), `failed to unlock key "${key}", lock isn't held, or is held by another session`),
      );
    case 'delete':
    case 'delete-cas':
    case 'delete-tree':
      return remove(kv, op);
    default:
      return look(kv, op);
  }
}

function remove(kv: KvDraft, { verb, key, index }: KvOp): [] {
  const existing = kv.get(key);
  if (verb === 'delete-tree') for (const entry of kv.list(key)) kv.delete(entry.key);
  else {
    const mayBe = verb === 'delete' || existing === undefined || existing.modifyIndex === index;
    demand(mayBe, `failed to delete key "${key}", index is stale`);
    kv.delete(key);
  }
  return [];
}

function look(kv: KvDraft, { verb, key, index, session }: KvOp): TxnResult[] {
  const existing = kv.get(key);
  switch (verb) {
    case 'get-tree':
      return kv.list(key).map((entry) => ({ kind: 'kv', entry, isBare: false }));
    case 'get-or-empty':
      return whole(existing ?? { key, value: null, flags: '0', lockIndex: 0, createIndex: 0, modifyIndex: 0 });
    case 'check-not-exists':
      demand(existing === undefined, `key "${key}" exists`);
      return [];
    case 'check-index': {
      const entry = demand(existing, `failed to check index, key "${key}" doesn't exist`);
      const { modifyIndex } = entry;
      demand(modifyIndex === index, `failed index check for key "${key}", current modify index ${modifyIndex} != ${index}`);
      return bare(entry);
    }
    case 'check-session': {
      const entry = demand(existing, `failed to check session, key "${key}" doesn't exist`);
      const { session: holder = '' } = entry;
      demand(holder === session, `failed session check for key "${key}", current session "${holder}" != "${session}"`);
      return bare(entry);
    }
    default:
      return whole(demand(existing, `key "${key}" doesn't exist`));
  }
}

function bare(entry: KvEntry): TxnResult[] {
  return [{ kind: 'kv', entry, isBare: true }];
}

function whole(entry: KvEntry): TxnResult[] {
  return [{ kind: 'kv', entry, isBare: false }];
}
