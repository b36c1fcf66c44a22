import type { SessionEntry, Unindexed } from '../entries.js';
import { Rejection } from '../rejection.js';
import type { CatalogTable, Change, CheckRef } from './catalog-table.js';
import type { KvTable } from './kv-table.js';
import type { LockDelays } from './lock-delays.js';
import { checksUnder, type SessionTable } from './session-table.js';

/** What sessions have to do with. */
export interface SessionWorld {
  readonly sessions: SessionTable;
  readonly catalog: CatalogTable;
  readonly kv: KvTable;
  readonly lockDelays: LockDelays;
}

/** What a command is applied with. */
export interface StateChange extends Change {
  /** When the command was taken, in ms since 1970. */
  readonly at: number;
  /** Whether nobody takes the results: they are not made, as far as nothing else depends on them. */
  readonly isReplay?: boolean;
}

/** Whatever a session asks for, a key is not kept from others for longer. */
const MAX_LOCK_DELAY_MS = 60_000;

/** Begins a session on a node that is there, if none of the checks that it is to stand on is critical. */
export function createSession(
  { sessions, catalog }: SessionWorld,
  session: Unindexed<SessionEntry>,
  { index, touched }: StateChange,
): true | Rejection {
  const { node } = session;
  if (catalog.node(node) === undefined) return refused('Missing node registration');
  for (const checkId of checksUnder(session)) {
    if (checkId === '') return refused('failed check lookup: index error: object is missing a value for this index');
    const check = catalog.check(node, checkId);
    if (check === undefined) return refused(`Missing check '${checkId}' registration`);
    if (check.status === 'critical') return refused(`Check '${checkId}' is in critical state`);
  }
  sessions.add({ ...session, createIndex: index, modifyIndex: index }, touched);
  return true;
}

/**
 * Ends a session: the keys that it holds are let go of or deleted, and nobody can acquire them for a while.
 *
 * @returns false when there is no such session
 */
export function endSession({ sessions, kv, lockDelays }: SessionWorld, id: string, { index, touched, at }: StateChange): boolean {
  const session = sessions.get(id);
  if (session === undefined) return false;
  sessions.delete(session, index, touched);
  const delayMs = Math.min(session.lockDelayNs / 1e6, MAX_LOCK_DELAY_MS);
  for (const key of kv.heldBy(session.id)) {
    if (session.behavior === 'delete') kv.delete(key, undefined, index, touched);
    else kv.release(key, index, touched);
    if (delayMs > 0) lockDelays.begin(key, at, delayMs);
  }
  return true;
}

/** Ends the sessions that stand on checks which have turned critical or are gone. */
export function endSessionsOn(world: SessionWorld, checks: readonly CheckRef[], change: StateChange): void {
  for (const { node, checkId } of checks) {
    if ((world.catalog.check(node, checkId)?.status ?? 'critical') !== 'critical') continue;
    for (const { id } of [...world.sessions.standingOn(node, checkId)]) endSession(world, id, change);
  }
}

/** Ends the sessions whose node is gone, whatever they stand on. */
export function endSessionsWithoutNode(world: SessionWorld, change: StateChange): void {
  for (const node of [...world.sessions.nodes()]) {
    if (world.catalog.node(node) !== undefined) continue;
    for (const { id } of [...world.sessions.onNode(node)]) endSession(world, id, change);
  }
}

function refused(why: string): Rejection {
  return new Rejection(500, `apply failed: ${why}`);
}
