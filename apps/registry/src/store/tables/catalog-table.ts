import { isDeepStrictEqual } from 'node:util';
import type { CheckRegistration, SnapshotRecord, Unindexed } from '../command.js';
import type { CheckEntry, Indexed, NodeEntry, ServiceEntry } from '../entries.js';
import { Topic, type Touched } from '../topics.js';
import { CatalogUsage } from './catalog-usage.js';
import { OrderedMap } from './ordered-map.js';

interface NodeRecord {
  node: NodeEntry;
  /** Of the last change of the node itself or of a service on it; 0 = not known. */
  index: number;
  /** Of the change that touched every service on it last. */
  touchedAt: number;
  readonly services: OrderedMap<ServiceEntry>;
  readonly checks: OrderedMap<CheckEntry>;
  /** The same checks by service id; the node's own under the empty id. */
  readonly checksByService: Map<string, OrderedMap<CheckEntry>>;
}

interface NamedService {
  /** Of the last change of an instance, of its checks or of its node's checks. */
  index: number;
  readonly instances: OrderedMap<ServiceEntry>;
}

/** What one command is applied with. */
export interface Change {
  readonly index: number;
  readonly touched: Touched;
  /** Receives the checks that changed or went: sessions may stand on them. */
  readonly checks?: CheckRef[];
}

/** Which check of which node. */
export interface CheckRef {
  readonly node: string;
  readonly checkId: string;
}

/**
 * Nodes, the service instances on them, and the checks of both. Names of nodes and services are the same in capitals and in small letters;
 * lists are in the order of nodes, then of ids.
 */
export class CatalogTable {
  private readonly nodes = new OrderedMap<NodeRecord>();
  private readonly nodesById = new Map<string, string>();
  private readonly services = new Map<string, NamedService>();
  private readonly used = new CatalogUsage();
  private nodesIndex = 0;
  private servicesIndex = 0;
  private checksIndex = 0;
  /** When the last instance of any service went: the index of a service that is not there. */
  private extinctIndex = 0;
  /** When the last node went: the index of a node that is not there. */
  private goneIndex = 0;

  indexes() {
    return {
      nodes: this.nodesIndex,
      services: this.servicesIndex,
      checks: this.checksIndex,
      extinct: this.extinctIndex,
      gone: this.goneIndex,
    };
  }

  /** How much of what the limits are about is held. */
  usage(): Readonly<CatalogUsage> {
    return this.used;
  }

  /** The index of one service by name. */
  indexOfService(name: string): number {
    return this.services.get(fold(name))?.index ?? this.extinctIndex;
  }

  /** The index of one node by name. */
  indexOfNode(name: string): number {
    return this.record(name)?.index ?? this.goneIndex;
  }

  /** The instances of every service, those of the same service together. */
  *allServices(): Generator<readonly ServiceEntry[]> {
    for (const { instances } of this.services.values()) yield instances.values();
  }

  instancesOf(name: string): readonly ServiceEntry[] {
    return this.services.get(fold(name))?.instances.values() ?? [];
  }

  node(name: string): NodeEntry | undefined {
    return this.record(name)?.node;
  }

  nodeById(id: string): NodeEntry | undefined {
    const name = this.nodesById.get(id.toLowerCase());
    return name === undefined ? undefined : this.node(name);
  }

  /** The node whose id begins like this, if there is just one. */
  nodeByIdPrefix(prefix: string): NodeEntry | undefined {
    const [name, ...others] = [...this.nodesById].filter(([id]) => id.startsWith(prefix.toLowerCase())).map(([, each]) => each);
    return name === undefined || others.length > 0 ? undefined : this.node(name);
  }

  *allNodes(): Generator<NodeEntry> {
    for (const { node } of this.nodes.values()) yield node;
  }

  service(node: string, id: string): ServiceEntry | undefined {
    return this.record(node)?.services.get(id);
  }

  servicesOn(node: string): readonly ServiceEntry[] {
    return this.record(node)?.services.values() ?? [];
  }

  check(node: string, checkId: string): CheckEntry | undefined {
    return this.record(node)?.checks.get(checkId);
  }

  checksOn(node: string): readonly CheckEntry[] {
    return this.record(node)?.checks.values() ?? [];
  }

  /** The checks of one service on a node. */
  checksOfService(node: string, id: string): readonly CheckEntry[] {
    return this.record(node)?.checksByService.get(id)?.values() ?? [];
  }

  /** The checks that decide about an instance: its node's and its own. */
  checksOf({ node, id }: ServiceEntry): CheckEntry[] {
    const byService = this.record(node)?.checksByService;
    return [...(byService?.get('')?.values() ?? []), ...(byService?.get(id)?.values() ?? [])];
  }

  *allChecks(): Generator<CheckEntry> {
    for (const { checks } of this.nodes.values()) yield* checks.values();
  }

  putNode(node: Unindexed<NodeEntry>, change: Change): void {
    const record = this.record(node.name);
    if (record !== undefined && isSame(record.node, node)) return;
    const entry = indexed(node, record?.node, change.index);
    if (record === undefined) this.restoreNode(entry);
    else this.setNode(record, entry);
    this.nodesIndex = change.index;
    this.restoreNodeIndex(node.name, change.index);
    change.touched.add(Topic.Nodes).add(Topic.node(node.name));
    this.touchServicesOn(node.name, change);
  }

  /** Deletes a node with all that is on it. */
  deleteNode(name: string, change: Change): boolean {
    const record = this.record(name);
    if (record === undefined) return false;
    for (const { id } of record.services.values()) this.deleteService(name, id, change);
    for (const { checkId } of record.checks.values()) this.deleteCheck(name, checkId, change);
    this.nodes.delete(fold(name));
    this.nodesById.delete(record.node.id.toLowerCase());
    this.used.replace(record.node, undefined);
    this.nodesIndex = change.index;
    this.goneIndex = change.index;
    change.touched.add(Topic.Nodes).add(Topic.node(name));
    return true;
  }

  putService(service: Unindexed<ServiceEntry>, change: Change): void {
    const record = this.record(service.node);
    const existing = record?.services.get(service.id);
    if (record === undefined || (existing !== undefined && isSame(existing, service))) return;
    if (existing !== undefined && existing.name !== service.name) this.forgetInstance(existing, change);
    this.setService(indexed(service, existing, change.index));
    this.touchService(service.name, service.node, change);
    this.servicesIndex = change.index;
    record.index = change.index;
    change.touched.add(Topic.Services);
    // They tell its name and tags.
    for (const check of record.checksByService.get(service.id)?.values() ?? []) this.putCheck(check, change);
  }

  deleteService(node: string, id: string, change: Change): boolean {
    const record = this.record(node);
    const service = record?.services.get(id);
    if (record === undefined || service === undefined) return false;
    for (const { checkId } of record.checksByService.get(id)?.values() ?? []) this.deleteCheck(node, checkId, change);
    record.services.delete(id);
    this.used.replace(service, undefined);
    this.forgetInstance(service, change);
    this.servicesIndex = change.index;
    record.index = change.index;
    change.touched.add(Topic.Services);
    return true;
  }

  /** @returns false when its node or service is not there */
  putCheck(registration: CheckRegistration, change: Change): boolean {
    const record = this.record(registration.node);
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
    const record = this.record(node);
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
    return check !== undefined && this.putCheck({ ...check, status: state.status, output: state.output }, change);
  }

  /** The table as records; entries are never changed in place, so the list stays true while the table goes on. */
  records(): SnapshotRecord[] {
    const nodes = [...this.nodes.values()];
    return [
      ...nodes.map(({ node }) => ({ type: 'node', entry: node }) as const),
      ...nodes.flatMap(({ services }) => [...services.values()].map((entry) => ({ type: 'service', entry }) as const)),
      ...nodes.flatMap(({ checks }) => [...checks.values()].map((entry) => ({ type: 'check', entry }) as const)),
      ...[...this.services].map(([name, { index }]) => ({ type: 'service-index', name, index }) as const),
      ...nodes.map(({ node, index }) => ({ type: 'node-index', name: node.name, index }) as const),
    ];
  }

  /** The same entries in a table of its own, to try changes on; how much it holds is not counted there. */
  copy(): CatalogTable {
    const copy = new CatalogTable();
    for (const [id, name] of this.nodesById) copy.nodesById.set(id, name);
    for (const [name, { index, instances }] of this.services) copy.services.set(name, { index, instances: instances.copy() });
    for (const record of this.nodes.values()) {
      const checksByService = new Map([...record.checksByService].map(([id, checks]) => [id, checks.copy()] as const));
      const tables = { services: record.services.copy(), checks: record.checks.copy(), checksByService };
      copy.nodes.set(fold(record.node.name), { ...record, ...tables });
    }
    return copy;
  }

  restoreNode(entry: NodeEntry): void {
    const tables = { node: entry, services: new OrderedMap<ServiceEntry>(), checks: new OrderedMap<CheckEntry>() };
    const record: NodeRecord = { ...tables, index: 0, touchedAt: 0, checksByService: new Map() };
    this.nodes.set(fold(entry.name), record);
    this.setNode(record, entry);
  }

  restoreService(entry: ServiceEntry): void {
    this.setService(entry);
  }

  restoreCheck(entry: CheckEntry): void {
    const record = this.record(entry.node);
    if (record === undefined) return;
    this.used.replace(record.checks.get(entry.checkId), entry);
    record.checks.set(entry.checkId, entry);
    const ofService = record.checksByService.get(entry.serviceId) ?? new OrderedMap<CheckEntry>();
    ofService.set(entry.checkId, entry);
    record.checksByService.set(entry.serviceId, ofService);
  }

  restoreServiceIndex(name: string, index: number): void {
    const named = this.services.get(fold(name));
    if (named !== undefined) named.index = index;
  }

  restoreNodeIndex(name: string, index: number): void {
    const record = this.record(name);
    if (record !== undefined) record.index = index;
  }

  restoreIndexes({ nodes = 0, services = 0, checks = 0, extinct = 0, gone = 0 }: Record<string, number>): void {
    this.nodesIndex = nodes;
    this.servicesIndex = services;
    this.checksIndex = checks;
    this.extinctIndex = extinct;
    this.goneIndex = gone;
    // Snapshots of before do not tell that of each node.
    for (const record of this.nodes.values()) if (record.index === 0) record.index = Math.max(nodes, services);
  }

  private record(node: string): NodeRecord | undefined {
    return this.nodes.get(fold(node));
  }

  private setNode(record: NodeRecord, entry: NodeEntry): void {
    this.used.replace(record.node === entry ? undefined : record.node, entry);
    this.nodesById.delete(record.node.id.toLowerCase());
    if (entry.id !== '') this.nodesById.set(entry.id.toLowerCase(), entry.name);
    record.node = entry;
  }

  private setService(entry: ServiceEntry): void {
    const onNode = this.record(entry.node)?.services;
    this.used.replace(onNode?.get(entry.id), entry);
    onNode?.set(entry.id, entry);
    const named = this.services.get(fold(entry.name)) ?? { index: entry.modifyIndex, instances: new OrderedMap<ServiceEntry>() };
    named.instances.set(instanceKey(entry), entry);
    this.services.set(fold(entry.name), named);
  }

  private forgetInstance(service: ServiceEntry, change: Change): void {
    const named = this.services.get(fold(service.name));
    named?.instances.delete(instanceKey(service));
    this.touchService(service.name, service.node, change);
    if (named?.instances.size === 0) {
      this.services.delete(fold(service.name));
      this.extinctIndex = change.index;
    }
  }

  private touchCheck(check: Unindexed<CheckEntry>, change: Change): void {
    this.checksIndex = change.index;
    change.checks?.push({ node: check.node, checkId: check.checkId });
    change.touched.add(Topic.Checks).add(Topic.node(check.node));
    if (check.serviceId === '') this.touchServicesOn(check.node, change);
    else this.touchService(check.serviceName, check.node, change);
  }

  private touchServicesOn(node: string, change: Change): void {
    const record = this.record(node);
    // Once for a change: a service that comes or goes in the same is touched by itself.
    if (record === undefined || record.touchedAt === change.index) return;
    record.touchedAt = change.index;
    for (const { name } of this.servicesOn(node)) this.touchService(name, node, change);
  }

  private touchService(name: string, node: string, { index, touched }: Change): void {
    const named = this.services.get(fold(name));
    if (named !== undefined) named.index = index;
    touched.add(Topic.service(name)).add(Topic.node(node));
  }
}

/** A check with the name and tags of its service; undefined when that is not there. */
function ofService(check: CheckRegistration, services: OrderedMap<ServiceEntry>): Unindexed<CheckEntry> | undefined {
  if (check.serviceId === '') return { ...check, serviceName: '', serviceTags: [] };
  const service = services.get(check.serviceId);
  return service && { ...check, serviceName: service.name, serviceTags: service.tags };
}

function instanceKey({ node, id }: { node: string; id: string }): string {
  return `${fold(node)}\0${id}`;
}

/** Names that differ in capitals only are the same. */
function fold(name: string): string {
  return name.toLowerCase();
}

function indexed<T extends object>(entry: T, existing: Indexed | undefined, index: number): T & Indexed {
  return { ...entry, createIndex: existing?.createIndex ?? index, modifyIndex: index };
}

function isSame(existing: Indexed, entry: object): boolean {
  const { createIndex, modifyIndex } = existing;
  return isDeepStrictEqual(existing, { ...entry, createIndex, modifyIndex });
}
