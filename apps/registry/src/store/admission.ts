import type { StoreLimits } from '../limits.js';
import { catalogWeight } from './catalog-usage.js';
import type { CheckRegistration, Command } from './command.js';
import type { SessionEntry, Unindexed } from './entries.js';
import { kvWeight } from './kv-table.js';
import { Refusal } from './refusal.js';
import type { Registration } from './registration.js';
import type { RegistryState } from './registry-state.js';
import { sessionWeight } from './session-table.js';
import type { KvVerb, TxnOp } from './txn-op.js';

type ServicePut = Extract<Command, { type: 'service-put' }>;

/** Operations that may make the keys and values more. */
const PUTS: ReadonlySet<KvVerb> = new Set(['set', 'cas', 'lock', 'unlock']);

/** What is new in one command. */
interface Growth {
  readonly nodes?: number;
  readonly services: number;
  readonly checks: number;
  readonly bytes: number;
}

/**
 * Decides, for the commands of one write, whether the state has room for them. Done before they are in the log: a log is replayed
 * whole, whatever the limits are by then. What commands of the same write free is not counted on, since a compare-and-set may fail.
 */
export class Admission {
  private kvBytes: number;
  private kvKeys: number;
  private readonly kvWeights = new Map<string, number>();
  private nodes: number;
  private services: number;
  private checks: number;
  private catalogBytes: number;
  private sessions: number;
  private sessionBytes: number;

  constructor(
    private readonly state: RegistryState,
    private readonly limits: StoreLimits,
  ) {
    const { bytes, keys } = state.kv.usage();
    const { nodes, services, checks, bytes: catalogBytes } = state.catalog.usage();
    this.kvBytes = bytes;
    this.kvKeys = keys;
    this.nodes = nodes;
    this.services = services;
    this.checks = checks;
    this.catalogBytes = catalogBytes;
    const held = state.sessions.usage();
    this.sessions = held.sessions;
    this.sessionBytes = held.bytes;
  }

  /** @returns why the command is not taken; undefined when it is, and then what it needs is counted */
  refusalOf(command: Command): Refusal | undefined {
    switch (command.type) {
      case 'kv-put':
        return this.putKey(command.key, kvWeight(command));
      case 'session-create':
        return this.addSession(command.session);
      case 'service-put':
        return this.grow(this.growthOfService(command));
      case 'txn':
        return this.admitTxn(command.ops);
      case 'register':
        return this.grow(this.growthOfRegistration(command.registration));
      case 'check-put':
        return this.grow(this.growthOfCheck(command.check));
      default:
        return undefined;
    }
  }

  /** All of a transaction, or nothing of it is counted. */
  private admitTxn(ops: readonly TxnOp[]): Refusal | undefined {
    const tooLong = this.refusalOfTrees(ops);
    if (tooLong !== undefined) return tooLong;
    const { kvBytes, kvKeys, nodes, services, checks, catalogBytes } = this;
    const weights: [string, number | undefined][] = [];
    for (const op of ops) {
      if (op.kind === 'kv') weights.push([op.key, this.kvWeights.get(op.key)]);
      const refusal = this.refusalOfOp(op);
      if (refusal === undefined) continue;
      Object.assign(this, { kvBytes, kvKeys, nodes, services, checks, catalogBytes });
      for (const [key, weight] of weights.reverse()) {
        if (weight === undefined) this.kvWeights.delete(key);
        else this.kvWeights.set(key, weight);
      }
      return refusal;
    }
    return undefined;
  }

  /** What trees are read with is held all at once, however often the same tree is read. */
  private refusalOfTrees(ops: readonly TxnOp[]): Refusal | undefined {
    const { txnEntries } = this.limits;
    let entries = 0;
    for (const op of ops) {
      if (op.kind !== 'kv' || op.verb !== 'get-tree') continue;
      entries += this.state.kv.count(op.key, txnEntries - entries + 1);
      if (entries > txnEntries) return full(`the trees that a transaction reads may have ${txnEntries} entries together`);
    }
    return undefined;
  }

  private refusalOfOp(op: TxnOp): Refusal | undefined {
    if (op.kind === 'kv') return PUTS.has(op.verb) ? this.putKey(op.key, kvWeight(op)) : undefined;
    if (op.verb !== 'set' && op.verb !== 'cas') return undefined;
    if (op.kind === 'check') return this.grow(this.growthOfCheck(op.check));
    if (op.kind === 'service') return this.grow(this.growthOfService({ service: op.service, checks: [] }));
    return this.grow(this.growthOfRegistration({ node: op.node, skipNodeUpdate: false, checks: [] }));
  }

  private putKey(key: string, weight: number): Refusal | undefined {
    const existing = this.state.kv.get(key);
    const before = this.kvWeights.get(key) ?? (existing === undefined ? undefined : kvWeight(existing));
    if (before !== undefined && weight <= before) return undefined;
    const { kvBytes, kvKeys } = this.limits;
    if (before === undefined && this.kvKeys + 1 > kvKeys) return full(`the KV store holds its limit of ${kvKeys} keys`);
    const grown = this.kvBytes + weight - (before ?? 0);
    if (grown > kvBytes) return full(`the KV store may hold ${kvBytes} bytes of keys and values together, and this would make it ${grown}`);
    if (before === undefined) this.kvKeys += 1;
    this.kvBytes = grown;
    this.kvWeights.set(key, weight);
    return undefined;
  }

  private addSession(session: Unindexed<SessionEntry>): Refusal | undefined {
    const { sessions, sessionBytes } = this.limits;
    if (this.sessions + 1 > sessions) return full(`the agent holds its limit of ${sessions} sessions`);
    const grown = this.sessionBytes + sessionWeight(session);
    if (grown > sessionBytes) return full(`sessions may take ${sessionBytes} bytes together, and this would make it ${grown}`);
    this.sessions += 1;
    this.sessionBytes = grown;
    return undefined;
  }

  private grow({ nodes = 0, services, checks, bytes }: Growth): Refusal | undefined {
    const { limits } = this;
    if (nodes > 0 && this.nodes + nodes > limits.nodes) return full(`the catalogue holds its limit of ${limits.nodes} nodes`);
    if (services > 0 && this.services + services > limits.services) return full(`the agent holds its limit of ${limits.services} services`);
    if (checks > 0 && this.checks + checks > limits.checks) return full(`the agent may hold ${limits.checks} checks`);
    if (bytes > 0 && this.catalogBytes + bytes > limits.catalogBytes) {
      return full(`registrations of services and checks may take ${limits.catalogBytes} bytes together`);
    }
    this.nodes += nodes;
    this.services += services;
    this.checks += checks;
    this.catalogBytes += Math.max(bytes, 0);
    return undefined;
  }

  private growthOfRegistration({ node, service, checks }: Registration): Growth {
    const existing = this.state.catalog.node(node.name);
    const weight = catalogWeight(node) - (existing === undefined ? 0 : catalogWeight(existing));
    const ownChecks = checks.filter(({ serviceId }) => serviceId === service?.id);
    const parts = [
      { nodes: existing === undefined ? 1 : 0, services: 0, checks: 0, bytes: weight },
      ...(service === undefined ? [] : [this.growthOfService({ service, checks: ownChecks })]),
      ...checks.filter((check) => !ownChecks.includes(check)).map((check) => this.growthOfCheck(check)),
    ];
    const sum = (of: (growth: Growth) => number) => parts.reduce((total, part) => total + of(part), 0);
    return {
      nodes: sum((part) => part.nodes ?? 0),
      services: sum((p) => p.services),
      checks: sum((p) => p.checks),
      bytes: sum((p) => p.bytes),
    };
  }

  private growthOfService({ service, checks }: Pick<ServicePut, 'service' | 'checks'>): Growth {
    const { catalog } = this.state;
    const existing = catalog.service(service.node, service.id);
    const kept = new Map(
      [...catalog.checksOn(service.node)].filter(({ serviceId }) => serviceId === service.id).map((c) => [c.checkId, c]),
    );
    let before = existing === undefined ? 0 : catalogWeight(existing);
    for (const check of kept.values()) before += catalogWeight(check);
    let added = 0;
    for (const { node, checkId } of checks) {
      if (catalog.check(node, checkId) === undefined) added += 1;
      kept.delete(checkId);
    }
    const room = this.limits.catalogBytes - this.catalogBytes + before;
    let after = catalogWeight(service);
    for (const check of [...kept.values(), ...checks]) {
      // A short body can stand for very long checks: each repeats the name and the tags of its service.
      if (after > room || this.checks + added > this.limits.checks) break;
      after += catalogWeight({ ...check, serviceName: service.name, serviceTags: service.tags });
    }
    return { services: existing === undefined ? 1 : 0, checks: added, bytes: after - before };
  }

  private growthOfCheck(check: CheckRegistration): Growth {
    const { catalog } = this.state;
    const existing = catalog.check(check.node, check.checkId);
    const service = catalog.service(check.node, check.serviceId);
    const weight = catalogWeight({ ...check, serviceName: service?.name ?? '', serviceTags: service?.tags ?? [] });
    return { services: 0, checks: existing === undefined ? 1 : 0, bytes: weight - (existing === undefined ? 0 : catalogWeight(existing)) };
  }
}

function full(what: string): Refusal {
  return new Refusal('full', `Limit reached: ${what}`);
}
