import type { SnapshotRecord } from '../command.js';
import type { SessionEntry, Unindexed } from '../entries.js';
import { Topic, type Touched } from '../topics.js';

/** Sessions, and what each stands on. Which keys they hold is the KV table's. */
export class SessionTable {
  private readonly sessions = new Map<string, SessionEntry>();
  private readonly byNode = new Map<string, Set<SessionEntry>>();
  private readonly byCheck = new Map<string, Set<SessionEntry>>();
  private bytes = 0;
  /** Of the last session that began or ended. */
  private tableIndex = 0;

  /** How much of what the limits are about is held. */
  usage(): { sessions: number; bytes: number } {
    return { sessions: this.sessions.size, bytes: this.bytes };
  }

  get index(): number {
    return this.tableIndex;
  }

  /** @param id in capitals or small letters */
  get(id: string): SessionEntry | undefined {
    return this.sessions.get(id.toLowerCase());
  }

  all(): Iterable<SessionEntry> {
    return this.sessions.values();
  }

  onNode(node: string): Iterable<SessionEntry> {
    return this.byNode.get(node.toLowerCase()) ?? [];
  }

  /** Nodes that sessions are on, in small letters. */
  nodes(): Iterable<string> {
    return this.byNode.keys();
  }

  /** Those that end when this check turns critical or goes. */
  standingOn(node: string, checkId: string): Iterable<SessionEntry> {
    return this.byCheck.get(checkKey(node, checkId)) ?? [];
  }

  add(session: SessionEntry, touched: Touched): void {
    this.restore(session);
    this.change(session, session.modifyIndex, touched);
  }

  delete(session: SessionEntry, index: number, touched: Touched): void {
    this.sessions.delete(session.id);
    this.bytes -= sessionWeight(session);
    for (const [map, key] of this.placesOf(session)) {
      const others = map.get(key);
      others?.delete(session);
      if (others?.size === 0) map.delete(key);
    }
    this.change(session, index, touched);
  }

  /** The table as records; entries are never changed in place, so the list stays true while the table goes on. */
  records(): SnapshotRecord[] {
    return [...this.sessions.values()].map((entry) => ({ type: 'session', entry }) as const);
  }

  restore(session: SessionEntry): void {
    this.sessions.set(session.id, session);
    this.bytes += sessionWeight(session);
    for (const [map, key] of this.placesOf(session)) {
      const others = map.get(key) ?? new Set();
      map.set(key, others.add(session));
    }
  }

  restoreIndexes({ sessions = 0 }: Record<string, number>): void {
    this.tableIndex = sessions;
  }

  private placesOf(session: SessionEntry): [Map<string, Set<SessionEntry>>, string][] {
    const checks = checksUnder(session).map((checkId) => [this.byCheck, checkKey(session.node, checkId)] as [typeof this.byCheck, string]);
    return [[this.byNode, session.node.toLowerCase()], ...checks];
  }

  private change({ id }: SessionEntry, index: number, touched: Touched): void {
    this.tableIndex = index;
    touched.add(Topic.Sessions).add(Topic.session(id));
  }
}

/** Ids of the checks that a session stands on. */
export function checksUnder({ nodeChecks, serviceChecks, checks }: Unindexed<SessionEntry>): string[] {
  return [...(checks ?? []), ...(nodeChecks ?? []), ...(serviceChecks ?? []).map(({ ID }) => ID)];
}

/** What a session counts towards the limit: its JSON, its indexes not counted. */
export function sessionWeight(session: Unindexed<SessionEntry>): number {
  return Buffer.byteLength(JSON.stringify({ ...session, createIndex: 0, modifyIndex: 0 }));
}

function checkKey(node: string, checkId: string): string {
  return `${node.toLowerCase()}\0${checkId}`;
}
