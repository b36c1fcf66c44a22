import type { StoreLimits } from '../../limits.js';
import type { CheckRegistration, NodeEntry, ServiceEntry, Unindexed } from '../entries.js';
import type { CatalogTable } from '../tables/catalog-table.js';
import { catalogWeight } from '../tables/catalog-usage.js';
import type { Ledger } from './ledger.js';
import { full, type Refusal } from './refusal.js';

type Counted = 'nodes' | 'services' | 'checks';

/** Of an empty name and no tags. */
const EMPTY_LABEL_BYTES = '""[]'.length;

/**
 * Whether the catalogue has room for what is put into it. A check repeats the name and the tags of its service, its label: that is counted
 * apart, so that a service which gets a longer label grows by as much for each of its checks, those of the same write too.
 */
export class CatalogAdmission {
  constructor(
    private readonly catalog: CatalogTable,
    private readonly limits: StoreLimits,
    private readonly ledger: Ledger,
  ) {
    const { nodes, services, checks, bytes } = catalog.usage();
    for (const [name, value] of Object.entries({ nodes, services, checks, 'catalog-bytes': bytes })) ledger.set(name, value);
  }

  putNode(node: Unindexed<NodeEntry>): Refusal | undefined {
    const existing = this.catalog.node(node.name);
    return this.hold('nodes', fold(node.name), existing && catalogWeight(existing), catalogWeight(node));
  }

  putService(service: Unindexed<ServiceEntry>): Refusal | undefined {
    const { node, id } = service;
    const key = memberKey(node, id);
    const existing = this.catalog.service(node, id);
    const refusal = this.hold('services', key, existing && catalogWeight(existing), catalogWeight(service));
    if (refusal !== undefined) return refusal;
    const longer = labelBytes(service) - this.labelOf(node, id);
    if (longer <= 0) return undefined;
    this.ledger.set(`label ${key}`, labelBytes(service));
    return this.grow(longer * (this.catalog.checksOfService(node, id).length + (this.ledger.get(`joined ${key}`) ?? 0)));
  }

  putCheck(check: CheckRegistration): Refusal | undefined {
    const { node, checkId, serviceId } = check;
    const key = memberKey(node, checkId);
    const existing = this.catalog.check(node, checkId);
    const refusal = this.hold('checks', key, existing && ownWeight(existing), ownWeight(check));
    if (refusal !== undefined || serviceId === '' || existing?.serviceId === serviceId) return refusal;
    const service = memberKey(node, serviceId);
    const joining = `check ${key} of ${service}`;
    if (this.ledger.get(joining) !== undefined) return undefined;
    this.ledger.set(joining, 1);
    this.ledger.set(`joined ${service}`, (this.ledger.get(`joined ${service}`) ?? 0) + 1);
    return this.grow(this.labelOf(node, serviceId));
  }

  /** An entry takes as much as the largest that was put in its place. */
  private hold(what: Counted, key: string, existing: number | undefined, weight: number): Refusal | undefined {
    const name = `${what} ${key}`;
    const before = this.ledger.get(name) ?? existing;
    if (before !== undefined && weight <= before) return undefined;
    const count = (this.ledger.get(what) ?? 0) + 1;
    if (before === undefined && count > this.limits[what]) return full(tooMany(what, this.limits[what]));
    if (before === undefined) this.ledger.set(what, count);
    this.ledger.set(name, weight);
    return this.grow(weight - (before ?? 0));
  }

  private grow(bytes: number): Refusal | undefined {
    const grown = (this.ledger.get('catalog-bytes') ?? 0) + bytes;
    const { catalogBytes } = this.limits;
    if (bytes > 0 && grown > catalogBytes) return full(`registrations of services and checks may take ${catalogBytes} bytes together`);
    this.ledger.set('catalog-bytes', grown);
    return undefined;
  }

  /** The longest that a service has had so far. */
  private labelOf(node: string, id: string): number {
    const service = this.catalog.service(node, id);
    return this.ledger.get(`label ${memberKey(node, id)}`) ?? (service === undefined ? 0 : labelBytes(service));
  }
}

function tooMany(what: Counted, limit: number): string {
  if (what === 'nodes') return `the catalogue holds its limit of ${limit} nodes`;
  return what === 'services' ? `the agent holds its limit of ${limit} services` : `the agent may hold ${limit} checks`;
}

/** What a check counts without what it repeats. */
function ownWeight(check: CheckRegistration): number {
  return catalogWeight({ ...check, serviceName: '', serviceTags: [] });
}

function labelBytes({ name, tags }: Pick<ServiceEntry, 'name' | 'tags'>): number {
  return Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(JSON.stringify(tags)) - EMPTY_LABEL_BYTES;
}

function memberKey(node: string, id: string): string {
  return `${fold(node)}\0${id}`;
}

function fold(name: string): string {
  return name.toLowerCase();
}
