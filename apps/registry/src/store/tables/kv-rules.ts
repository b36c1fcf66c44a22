import type { KvEntry } from '../entries.js';

/** What a put is to do. At most one of `cas`, `acquire` and `release` is there. */
export interface KvPut {
  readonly key: string;
  readonly value: string | null;
  readonly flags: string;
  /** 0 = only if absent, else only if unchanged since that index. */
  readonly cas?: number;
  /** The session that wants to hold the key. */
  readonly acquire?: string;
  /** The session that lets go of the key. */
  readonly release?: string;
}

/**
 * The entry that a put makes of the one that is there.
 *
 * @returns undefined when the condition of the put does not hold; `existing` itself when it changes nothing
 */
export function putEntry(existing: KvEntry | undefined, put: KvPut, index: number): KvEntry | undefined {
  if (put.cas !== undefined && put.cas !== (existing?.modifyIndex ?? 0)) return undefined;
  const lock = lockAfter(existing, put);
  if (lock === undefined) return undefined;
  const { key, value, flags } = put;
  const { lockIndex, session } = lock;
  if (existing !== undefined && isSame(existing, { value, flags, lockIndex, session })) return existing;
  const createIndex = existing?.createIndex ?? index;
  return { key, value, flags, lockIndex, ...(session !== undefined && { session }), createIndex, modifyIndex: index };
}

/** An entry whose session has ended. */
export function releasedEntry(entry: KvEntry, index: number): KvEntry {
  const { key, value, flags, lockIndex, createIndex } = entry;
  return { key, value, flags, lockIndex, createIndex, modifyIndex: index };
}

/** Who holds a key after a put, and how often it was taken by then; undefined when the put may not be. */
function lockAfter(existing: KvEntry | undefined, { acquire, release }: KvPut): { lockIndex: number; session?: string } | undefined {
  const { lockIndex = 0, session: holder } = existing ?? {};
  if (acquire !== undefined) {
    if (holder !== undefined && holder !== acquire) return undefined;
    return { lockIndex: holder === acquire ? lockIndex : lockIndex + 1, session: acquire };
  }
  if (release !== undefined) return holder === release ? { lockIndex } : undefined;
  // A put that says nothing of locks keeps the holder and forgets how often the key was taken, as Consul does.
  return { lockIndex: 0, ...(holder !== undefined && { session: holder }) };
}

type Content = Pick<KvEntry, 'value' | 'flags' | 'lockIndex' | 'session'>;

function isSame(one: Content, other: Content): boolean {
  return one.value === other.value && one.flags === other.flags && one.lockIndex === other.lockIndex && one.session === other.session;
}
