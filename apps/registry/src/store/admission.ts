import type { StoreLimits } from '../limits.js';
import { catalogWeight } from './catalog-usage.js';
import type { CheckRegistration, Command } from './command.js';
import { kvWeight } from './kv-table.js';
import { Refusal } from './refusal.js';
import type { RegistryState } from './registry-state.js';

type ServicePut = Extract<Command, { type: 'service-put' }>;

/** What is new in one command. */
interface Growth {
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
  private services: number;
  private checks: number;
  private catalogBytes: number;

  constructor(
    private readonly state: RegistryState,
    private readonly limits: StoreLimits,
  ) {
    const { bytes, keys } = state.kv.usage();
    const { services, checks, bytes: catalogBytes } = state.catalog.usage();
    this.kvBytes = bytes;
    this.kvKeys = keys;
    this.services = services;
    this.checks = checks;
    this.catalogBytes = catalogBytes;
  }

  /** @returns why the command is not taken; undefined when it is, and then what it needs is counted */
  refusalOf(command: Command): Refusal | undefined {
    switch (command.type) {
      case 'kv-put':
        return this.putKey(command.key, kvWeight(command));
      case 'service-put':
        return this.grow(this.growthOfService(command));
      case 'check-put':
        return this.grow(this.growthOfCheck(command.check));
      default:
        return undefined;
    }
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

  private grow({ services, checks, bytes }: Growth): Refusal | undefined {
    const { limits } = this;
    if (services > 0 && this.services + services > limits.services) return full(`the agent holds its limit of ${limits.services} services`);
    if (checks > 0 && this.checks + checks > limits.checks) return full(`the agent may hold ${limits.checks} checks`);
    if (bytes > 0 && this.catalogBytes + bytes > limits.catalogBytes) {
      return full(`registrations of services and checks may take ${limits.catalogBytes} bytes together`);
    }
    this.services += services;
    this.checks += checks;
    this.catalogBytes += Math.max(bytes, 0);
    return undefined;
  }

  private growthOfService({ service, checks }: ServicePut): Growth {
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
