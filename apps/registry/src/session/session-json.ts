import type { SessionEntry } from '../store/entries.js';

/** A session as Consul writes it. */
export function sessionJson(session: SessionEntry) {
  return {
    ID: session.id,
    Name: session.name,
    Node: session.node,
    LockDelay: session.lockDelayNs,
    Behavior: session.behavior,
    TTL: session.ttl,
    NodeChecks: session.nodeChecks,
    ServiceChecks: session.serviceChecks,
    ...(session.checks !== undefined && { Checks: session.checks }),
    CreateIndex: session.createIndex,
    ModifyIndex: session.modifyIndex,
  };
}

/** Sessions in the order of their ids. */
export function sessionsJson(sessions: Iterable<SessionEntry>) {
  return [...sessions].sort((one, other) => (one.id < other.id ? -1 : 1)).map(sessionJson);
}
