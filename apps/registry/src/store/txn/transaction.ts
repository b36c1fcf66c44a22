import type { CatalogTable, Change } from '../tables/catalog-table.js';
import type { SessionWorld, StateChange } from '../tables/session-life.js';
import { UNWATCHED } from '../topics.js';
import { applyCatalogOp } from './catalog-ops.js';
import { KvDraft } from './kv-draft.js';
import { applyKvOp } from './kv-ops.js';
import { OperationFailed } from './operation-failed.js';
import { type CatalogOp, isReadOnly, type TxnError, type TxnOp, type TxnOutcome, type TxnResult } from './txn-op.js';

/** Does all operations, each on what those before it have made, or none of them. */
export function applyTxn(world: SessionWorld, ops: readonly TxnOp[], change: StateChange): TxnOutcome {
  const delayed = lockDelayErrors(world, ops, change.at);
  if (delayed.length > 0) return { results: [], errors: delayed };
  const kv = new KvDraft(world.kv, change.index);
  const catalogOps = ops.filter((op) => op.kind !== 'kv');
  const catalog = isReadOnly(catalogOps) ? world.catalog : world.catalog.copy();
  const onCopy = { index: change.index, touched: UNWATCHED };
  const outcome = tryAll(ops, (op) => {
    if (op.kind !== 'kv') return applyCatalogOp(catalog, op, onCopy);
    // Reading a tree always succeeds: where nobody takes its entries it need not be done.
    return change.isReplay === true && op.verb === 'get-tree' ? [] : applyKvOp(kv, world.sessions, op);
  });
  if (outcome.errors.length > 0) return outcome;
  kv.commit(change.touched);
  repeat(world.catalog, catalogOps, change);
  return outcome;
}

/** Keys that cannot be locked yet: Consul looks for them before it does anything. */
export function lockDelayErrors({ lockDelays }: Pick<SessionWorld, 'lockDelays'>, ops: readonly TxnOp[], at: number): TxnError[] {
  return ops.flatMap((op, place) =>
    op.kind === 'kv' && op.verb === 'lock' && lockDelays.isOn(op.key, at)
      ? [{ at: place, what: `failed to lock key "${op.key}" due to lock delay` }]
      : [],
  );
}

function tryAll(ops: readonly TxnOp[], apply: (op: TxnOp) => TxnResult[]): TxnOutcome {
  const results: TxnResult[] = [];
  const errors: TxnError[] = [];
  for (const [at, op] of ops.entries()) {
    try {
      // Not spread: a tree may have more entries than a call can have arguments.
      for (const result of apply(op)) results.push(result);
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error;
      errors.push({ at, what: error.message });
    }
  }
  return errors.length > 0 ? { results: [], errors } : { results, errors };
}

/** What has succeeded on a copy succeeds on the table itself. */
function repeat(catalog: CatalogTable, ops: readonly CatalogOp[], change: Change): void {
  for (const op of ops) applyCatalogOp(catalog, op, change);
}
