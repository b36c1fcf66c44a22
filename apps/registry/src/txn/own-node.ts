import { SERF_HEALTH, SERVER_SERVICE } from '../agent/server-identity.js';
import { isSameName } from '../same-name.js';
import type { NodeEntry } from '../store/entries.js';
import type { TxnError, TxnOp } from '../store/txn/txn-op.js';

/**
 * Operations that would change what this agent itself stands for. A Consul agent would put it back with its next comparison; this one does
 * not let it be changed.
 */
export function ownNodeErrors(ops: readonly TxnOp[], ownNode: Pick<NodeEntry, 'id' | 'name'>): TxnError[] {
  return ops.flatMap((op, at) => (isOwn(op, ownNode) ? [{ at, what: `the ${op.kind} is this agent's own and cannot be changed` }] : []));
}

function isOwn(op: TxnOp, { id, name }: Pick<NodeEntry, 'id' | 'name'>): boolean {
  if (op.kind === 'kv' || op.verb === 'get') return false;
  if (op.kind === 'node') return isSameName(op.node.name, name) || (id !== '' && isSameName(op.node.id, id));
  const [node, member, own] =
    op.kind === 'service' ? [op.service.node, op.service.id, SERVER_SERVICE] : [op.check.node, op.check.checkId, SERF_HEALTH];
  return isSameName(node, name) && member === own;
}
