import { isDeepStrictEqual } from 'node:util';
import { CatalogUsage } from './catalog-usage.js';
import type { CheckRegistration, SnapshotRecord, Unindexed } from './command.js';
import type { CheckEntry, Indexed, NodeEntry, ServiceEntry } from './entries.js';
import { Topic, type Touched } from './topics.js';

interface NodeRecord {
  node: NodeEntry;
  readonly services: Map<string, ServiceEntry>;
  readonly checks: Map<string, CheckEntry>;
  /** The same checks by service id; the node's own under the empty id. */
  readonly checksByService: Map<string, Map<string, CheckEntry>>;
}

interface NamedService {
  /** Of the last change of an instance, of its checks or of its node's checks. */
  index: number;
  readonly instances: Map<string, ServiceEntry>;
}

/** What one command is applied with. */
export interface Change {
  readonly index: number;
  readonly touched: Touched;
}

/** Nodes, the service instances on them, and the checks of both. */
export class CatalogTable {
  private readonly nodes = new Map<string, NodeRecord>();
  private readonly services = new Map<string, NamedService>();
  private readonly used = new CatalogUsage();
  private nodesIndex = 0;
  private servicesIndex = 0;
  private checksIndex = 0;
  /** When the last instance of any service went: the index of a service that is not there. */
  private extinctIndex = 0;

  indexes() {
    return { nodes: this.nodesIndex, services: this.servicesIndex, checks: this.checksIndex, extinct: this.extinctIndex };
  }

  /** How much of what the limits are about is held. */
  usage(): Readonly<CatalogUsage> {
    return this.used;
  }

  /** The index of one service by name. */
  indexOfService(name: string): number {
    return this.services.get(name)?.index ?? this.extinctIndex;
  }

  serviceNames(): IterableIterator<string> {
    return this.services.keys();
  }

  instancesOf(name: string): Iterable<ServiceEntry> {
    return this.services.get(name)?.instances.values() ?? [];
  }

  node(name: string): NodeEntry | undefined {
    return this.nodes.get(name)?.node;
  }

  *allNodes(): Generator<NodeEntry> {
    for (const { node } of this.nodes.values()) yield node;
  }

  service(node: string, id: string): ServiceEntry | undefined {
    return this.nodes.get(node)?.services.get(id);
  }

  servicesOn(node: string): Iterable<ServiceEntry> {
    return this.nodes.get(node)?.services.values() ?? [];
  }

  check(node: string, checkId: string): CheckEntry | undefined {
    return this.nodes.get(node)?.checks.get(checkId);
  }

  checksOn(node: string): Iterable<CheckEntry> {
    return this.nodes.get(node)?.checks.values() ?? [];
  }

  /** The checks that decide about an instance: its node's and its own. */
  checksOf({ node, id }: ServiceEntry): CheckEntry[] {
    const byService = this.nodes.get(node)?.checksByService;
    return [...(byService?.get('')?.values() ?? []), ...(byService?.get(id)?.values() ?? [])];
  }

  *allChecks(): Generator<CheckEntry> {
    for (const { checks } of this.nodes.values()) yield* checks.values();
  }

  putNode(node: Unindexed<NodeEntry>, change: Change): void {
    const record = this.nodes.get(node.name);
    if (record !== undefined && isSame(record.node, node)) return;
    const entry = indexed(node, record?.node, change.index);
    if (record === undefined) this.restoreNode(entry);
    else record.node = entry;
    this.nodesIndex = change.index;
    change.touched.add(Topic.Nodes).add(Topic.node(node.name));
    this.touchServicesOn(node.name, change);
  }

  putService(service: Unindexed<ServiceEntry>, change: Change): void {
    const record = this.nodes.get(service.node);
    const existing = record?.services.get(service.id);
    if (record === undefined || (existing !== undefined && isSame(existing, service))) return;
    if (existing !== undefined && existing.name !== service.name) this.forgetInstance(existing, change);
    this.setService(indexed(service, existing, change.index));
    this.touchService(service.name, service.node, change);
    this.servicesIndex = change.index;
    change.touched.add(Topic.Services);
    // They tell its name and tags.
    for (const check of record.checksByService.get(service.id)?.values() ?? []) this.putCheck(check, change);
  }

  deleteService(node: string, id: string, change: Change): boolean {
    const record = this.nodes.get(node);
    const service = record?.services.get(id);
    if (record === undefined || service === undefined) return false;
    for (const checkId of [...(record.checksByService.get(id)?.keys() ?? [])]) this.deleteCheck(node, checkId, change);
    record.services.delete(id);
    this.used.replace(service, undefined);
    this.forgetInstance(service, change);
    this.servicesIndex = change.index;
    change.touched.add(Topic.Services);
    return true;
  }

  /** @returns false when its node or service is not there */
  putCheck(registration: CheckRegistration, change: Change): boolean {
    const record = this.nodes.get(registration.node);
    const check = record && ofService(registration, record.services);
    if (record === undefined || check === undefined) return false;
    const existing = record.checks.get(check.checkId);
    if (existing !== undefined && isSame(existing, check)) return true;
    if (existing !== undefined && existing.serviceId !== check.serviceId) this.deleteCheck(check.node, check.checkId, change);
    this.restoreCheck(indexed(check, existing, change.index));
    this.touchCheck(check, change);
    return true;
  }

  deleteCheck(node: string, checkId: string, change: Change): boolean {
    const record = this.nodes.get(node);
    const check = record?.checks.get(checkId);
    if (record === undefined || check === undefined) return false;
    record.checks.delete(checkId);
    this.used.replace(check, undefined);
    record.checksByService.get(check.serviceId)?.delete(checkId);
    if (record.checksByService.get(check.serviceId)?.size === 0) record.checksByService.delete(check.serviceId);
    this.touchCheck(check, change);
    return true;
  }

  setCheckStatus(node: string, checkId: string, state: Pick<CheckEntry, 'status' | 'output'>, change: Change): boolean {
    const check = this.check(node, checkId);
    if (check === undefined) return false;
    // The output alone is no change: it would wake every reader for nothing.
    return check.status === state.status || this.putCheck({ ...check, status: state.status, output: state.output }, change);
  }

  /** The table as records; entries are never changed in place, so the list stays true while the table goes on. */
  records(): SnapshotRecord[] {
    const nodes = [...this.nodes.values()];
    return [
      ...nodes.map(({ node }) => ({ type: 'node', entry: node }) as const),
      ...nodes.flatMap(({ services }) => [...services.values()].map((entry) => ({ type: 'service', entry }) as const)),
      ...nodes.flatMap(({ checks }) => [...checks.values()].map((entry) => ({ type: 'check', entry }) as const)),
      ...[...this.services].map(([name, { index }]) => ({ type: 'service-index', name, index }) as const),
    ];
  }

  restoreNode(entry: NodeEntry): void {
    this.nodes.set(entry.name, { node: entry, services: new Map(), checks: new Map(), checksByService: new Map() });
  }

  restoreService(entry: ServiceEntry): void {
    this.setService(entry);
  }

  restoreCheck(entry: CheckEntry): void {
    const record = this.nodes.get(entry.node);
    if (record === undefined) return;
    this.used.replace(record.checks.get(entry.checkId), entry);
    record.checks.set(entry.checkId, entry);
    const ofService = record.checksByService.get(entry.serviceId) ?? new Map<string, CheckEntry>();
    record.checksByService.set(entry.serviceId, ofService.set(entry.checkId, entry));
  }

  restoreServiceIndex(name: string, index: number): void {
    const named = this.services.get(name);
    if (named !== undefined) named.index = index;
  }

  restoreIndexes({ nodes = 0, services = 0, checks = 0, extinct = 0 }: Record<string, number>): void {
    this.nodesIndex = nodes;
    this.servicesIndex = services;
    this.checksIndex = checks;
    this.extinctIndex = extinct;
  }

  private setService(entry: ServiceEntry): void {
    const onNode = this.nodes.get(entry.node)?.services;
    this.used.replace(onNode?.get(entry.id), entry);
    onNode?.set(entry.id, entry);
    const named = this.services.get(entry.name) ?? { index: entry.modifyIndex, instances: new Map<string, ServiceEntry>() };
    named.instances.set(instanceKey(entry), entry);
    this.services.set(entry.name, named);
  }

  private forgetInstance(service: ServiceEntry, change: Change): void {
    const named = this.services.get(service.name);
    named?.instances.delete(instanceKey(service));
    this.touchService(service.name, service.node, change);
    if (named?.instances.size === 0) {
      this.services.delete(service.name);
      this.extinctIndex = change.index;
    }
  }

  private touchCheck(check: Unindexed<CheckEntry>, change: Change): void {
    this.checksIndex = change.index;
    change.touched.add(Topic.Checks).add(Topic.node(check.node));
    if (check.serviceId === '') this.touchServicesOn(check.node, change);
    else this.touchService(check.serviceName, check.node, change);
  }

  private touchServicesOn(node: string, change: Change): void {
    for (const { name } of this.servicesOn(node)) this.touchService(name, node, change);
  }

  private touchService(name: string, node: string, { index, touched }: Change): void {
    const named = this.services.get(name);
    if (named !== undefined) named.index = index;
    touched.add(Topic.service(name)).add(Topic.node(node));
  }
}

/** A check with the name and tags of its service; undefined when that is not there. */
function ofService(check: CheckRegistration, services: ReadonlyMap<string, ServiceEntry>): Unindexed<CheckEntry> | undefined {
  if (check.serviceId === '') return { ...check, serviceName: '', serviceTags: [] };
  const service = services.get(check.serviceId);
  return service && { ...check, serviceName: service.name, serviceTags: service.tags };
}

function instanceKey({ node, id }: { node: string; id: string }): string {
  return `${node}\0${id}`;
}

function indexed<T extends object>(entry: T, existing: Indexed | undefined, index: number): T & Indexed {
  return { ...entry, createIndex: existing?.createIndex ?? index, modifyIndex: index };
}

function isSame(existing: Indexed, entry: object): boolean {
  const { createIndex, modifyIndex } = existing;
  return isDeepStrictEqual(existing, { ...entry, createIndex, modifyIndex });
}
