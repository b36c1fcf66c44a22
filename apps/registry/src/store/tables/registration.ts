import { isSameName } from '../../same-name.js';
import type { CheckRegistration, NodeEntry, ServiceEntry, Unindexed } from '../entries.js';
import { Rejection } from '../rejection.js';
import type { CatalogTable, Change } from './catalog-table.js';

/** A node, a service on it and checks, put into the catalogue together from outside. */
export interface Registration {
  readonly node: Unindexed<NodeEntry>;
  /** A node that is there stays as it is. */
  readonly skipNodeUpdate: boolean;
  readonly service?: Unindexed<ServiceEntry>;
  readonly checks: readonly CheckRegistration[];
}

/** Puts all of a registration into the catalogue, or nothing. */
export function applyRegistration(catalog: CatalogTable, registration: Registration, change: Change): true | Rejection {
  const { node, skipNodeUpdate, service, checks } = registration;
  const existing = catalog.node(node.name);
  const isNodeKept = skipNodeUpdate && existing !== undefined;
  const rejection = orphanOf(catalog, registration) ?? (isNodeKept ? undefined : nameConflict(catalog, node));
  if (rejection !== undefined) return rejection;
  if (!isNodeKept) putNode(catalog, node, change);
  // As the node is called, whatever the capitals of this registration.
  const name = catalog.node(node.name)?.name ?? node.name;
  if (service !== undefined) catalog.putService({ ...service, node: name }, change);
  for (const check of checks) catalog.putCheck({ ...check, node: name }, change);
  return true;
}

/** A node that comes with the id of another is that one under a new name: the old name goes, with all that was on it. */
function putNode(catalog: CatalogTable, node: Unindexed<NodeEntry>, change: Change): void {
  const before = node.id === '' ? undefined : catalog.nodeById(node.id);
  if (before !== undefined && !isSameName(before.name, node.name)) catalog.deleteNode(before.name, change);
  catalog.putNode(node, change);
}

/** The name of a node that is alive is not given to another. */
function nameConflict(catalog: CatalogTable, { id, name }: Unindexed<NodeEntry>): Rejection | undefined {
  const holder = catalog.node(name);
  if (id === '' || holder === undefined || holder.id === '' || holder.id === id) return undefined;
  if ((catalog.check(holder.name, 'serfHealth')?.status ?? 'critical') === 'critical') return undefined;
  const why = `Node name ${name} is reserved by node ${holder.id} with name ${holder.name} (${holder.address})`;
  return new Rejection(500, `failed inserting node: Error while renaming Node ID: "${id}": ${why}`);
}

/** A check belongs to a service that is there, or comes with it. */
function orphanOf(catalog: CatalogTable, { node, service, checks }: Registration): Rejection | undefined {
  const orphan = checks.find(
    ({ serviceId }) => serviceId !== '' && serviceId !== service?.id && catalog.service(node.name, serviceId) === undefined,
  );
  return orphan && new Rejection(500, `Unknown service ID '${orphan.serviceId}' for check ID '${orphan.checkId}'`);
}
