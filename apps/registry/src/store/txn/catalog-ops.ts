import type { CheckEntry, Indexed, NodeEntry, ServiceEntry } from '../entries.js';
import { Rejection } from '../rejection.js';
import type { CatalogTable, Change } from '../tables/catalog-table.js';
import { applyRegistration } from '../tables/registration.js';
import { demand, OperationFailed } from './operation-failed.js';
import type { CatalogOp, CatalogVerb, TxnResult } from './txn-op.js';

type Op<K extends CatalogOp['kind']> = Extract<CatalogOp, { kind: K }>;

const NO_CHECK_ID: Readonly<Record<CatalogVerb, string>> = {
  get: 'failed check lookup',
  set: 'failed health check lookup',
  cas: 'failed check lookup',
  delete: 'check lookup failed',
  'delete-cas': 'failed check lookup',
};

/**
 * Does one operation on a node, a service or a check.
 *
 * @throws OperationFailed
 */
export function applyCatalogOp(catalog: CatalogTable, op: CatalogOp, change: Change): TxnResult[] {
  switch (op.kind) {
    case 'node':
      return applyNodeOp(catalog, op, change);
    case 'service':
      return applyServiceOp(catalog, op, change);
    case 'check':
      return applyCheckOp(catalog, op, change);
  }
}

function applyNodeOp(catalog: CatalogTable, op: Op<'node'>, change: Change): TxnResult[] {
  const { id, name } = op.node;
  const find = () => (id === '' ? undefined : catalog.nodeById(id)) ?? catalog.node(name);
  const shown = (entry: NodeEntry | undefined) => [{ kind: 'node', entry: demand(entry, `node "${name}" doesn't exist`) } as const];
  if (op.verb === 'get') return shown(find());
  demand(isUnchanged(op, find()), `failed to ${nameOf(op)} node "${name}", index is stale`);
  if (isDeletion(op)) {
    catalog.deleteNode(name, change);
    return [];
  }
  const result = applyRegistration(catalog, { node: op.node, skipNodeUpdate: false, checks: [] }, change);
  if (result instanceof Rejection) throw new OperationFailed(result.message);
  return shown(find());
}

function applyServiceOp(catalog: CatalogTable, op: Op<'service'>, change: Change): TxnResult[] {
  const { node, id } = op.service;
  const find = () => catalog.service(node, id);
  const what = `service "${id}" on node "${node}"`;
  const shown = (entry: ServiceEntry | undefined) => [{ kind: 'service', entry: demand(entry, `${what} doesn't exist`) } as const];
  if (op.verb === 'get') return shown(find());
  if (!isDeletion(op)) demand(catalog.node(node), 'Missing node registration');
  demand(isUnchanged(op, find()), `failed to ${nameOf(op)} ${what}, index is stale`);
  if (isDeletion(op)) {
    catalog.deleteService(node, id, change);
    return [];
  }
  catalog.putService(op.service, change);
  return shown(find());
}

function applyCheckOp(catalog: CatalogTable, op: Op<'check'>, change: Change): TxnResult[] {
  const { node, checkId, serviceId } = op.check;
  const find = () => catalog.check(node, checkId);
  const what = `check "${checkId}" on node "${node}"`;
  const shown = (entry: CheckEntry | undefined) => [{ kind: 'check', entry: demand(entry, `${what} doesn't exist`) } as const];
  demand(checkId !== '' && node !== '', `${NO_CHECK_ID[op.verb]}: index error: object is missing a value for this index`);
  if (op.verb === 'get') return shown(find());
  if (!isDeletion(op)) demand(catalog.node(node), 'Missing node registration');
  demand(isUnchanged(op, find()), `failed to ${nameOf(op)} ${what}, index is stale`);
  if (isDeletion(op)) {
    catalog.deleteCheck(node, checkId, change);
    return [];
  }
  demand(serviceId === '' || catalog.service(node, serviceId), 'Missing service registration');
  catalog.putCheck(op.check, change);
  return shown(find());
}

/** What is set needs no index, and what is set or deleted with one must have it; 0 is that of nothing. */
function isUnchanged({ verb, index }: CatalogOp, existing: Indexed | undefined): boolean {
  if (verb === 'cas') return (existing?.modifyIndex ?? 0) === index;
  return verb !== 'delete-cas' || existing?.modifyIndex === index;
}

function isDeletion({ verb }: CatalogOp): boolean {
  return verb === 'delete' || verb === 'delete-cas';
}

function nameOf(op: CatalogOp): string {
  return isDeletion(op) ? 'delete' : 'set';
}
