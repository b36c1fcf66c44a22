import { setTimeout as delay } from 'node:timers/promises';
import type { ConsulClient } from '@app/config';
import type { HealthStatus, Logger } from '@app/telemetry';
import { CatalogueWatch } from './catalogue-watch.js';
import type { Instance } from './instance.js';
import { Registration, type RegistrationOptions } from './registration.js';
import { roundRobin } from './round-robin.js';
import { ServiceWatch } from './service-watch.js';

/** Told of every change of a service's healthy instances. */
export type InstancesListener = (service: string, instances: readonly Instance[]) => void;

interface Followed {
  readonly watch: ServiceWatch;
  readonly next: ReturnType<typeof roundRobin>;
}

/**
 * The registry from a service's point of view: where the healthy instances of others are, and this process' own registration.
 * A service is followed from the first time it is asked for.
 */
export class DiscoveryService {
  private readonly followed = new Map<string, Followed>();
  private readonly listeners = new Set<InstancesListener>();
  private readonly catalogueListeners = new Set<(services: readonly string[]) => void>();
  private catalogue: CatalogueWatch | undefined;
  private registration: Registration | undefined;

  constructor(
    private readonly client: ConsulClient,
    private readonly logger: Logger,
  ) {}

  /**
   * The healthy instances of a service that take requests. Empty until the registry has answered for the first time
   * (see {@link whenKnown}); the last list while it is away.
   */
  instances(service: string): readonly Instance[] {
    return this.follow(service).watch.instances;
  }

  /**
   * The next healthy instance in turn. Waits for the registry's first answer about the service, not for an instance.
   *
   * @param timeoutMs the longest wait
   * @returns undefined when there is none
   */
  async pick(service: string, timeoutMs: number): Promise<Instance | undefined> {
    const { next } = this.follow(service);
    return next(await this.whenKnown(service, timeoutMs));
  }

  /**
   * Waits until the registry has answered about a service.
   *
   * @param timeoutMs the longest wait
   * @returns the instances known then
   */
  async whenKnown(service: string, timeoutMs: number): Promise<readonly Instance[]> {
    const { watch } = this.follow(service);
    const late = new AbortController();
    const timeout = delay(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([watch.known, timeout]);
    late.abort();
    return watch.instances;
  }

  /**
   * Tells of changes of every service that is followed.
   *
   * @returns ends it
   */
  onChange(listener: InstancesListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The names of all services in the registry, sorted; followed from the first call. */
  services(): readonly string[] {
    this.catalogue ??= new CatalogueWatch(this.client, (services) => {
      for (const listener of this.catalogueListeners) listener(services);
    });
    return this.catalogue.services;
  }

  /**
   * Tells when services come or go.
   *
   * @returns ends it
   */
  onServicesChange(listener: (services: readonly string[]) => void): () => void {
    this.catalogueListeners.add(listener);
    this.services();
    return () => this.catalogueListeners.delete(listener);
  }

  /** Registers this process and keeps it registered until {@link deregister}. Never rejects: what fails is tried again. */
  async register(options: RegistrationOptions): Promise<void> {
    this.registration = new Registration(this.client, options, this.logger);
    await this.registration.start();
  }

  /** Whether the registry has taken the registration of this process: others may know of it. */
  get isRegistered(): boolean {
    return this.registration?.isRegistered === true;
  }

  /** Tells the registry that this process takes no new requests: it leaves all lists of healthy instances. */
  async drain(): Promise<void> {
    await this.registration?.drain('shutting down');
  }

  /** Removes this process from the registry. Never rejects. */
  async deregister(): Promise<void> {
    const registration = this.registration;
    this.registration = undefined;
    await registration?.end();
  }

  /** `degraded` while the registry does not answer: the last known instances are used. */
  health(): HealthStatus {
    const sources = [this.registration, ...[...this.followed.values()].map(({ watch }) => watch)];
    const since = sources.map((source) => source?.unreachableSince?.getTime()).filter((time) => time !== undefined);
    if (since.length === 0) return { status: 'up' };
    return {
      status: 'degraded',
      detail: `registry unreachable since ${new Date(Math.min(...since)).toISOString()}; the last known instances are used`,
    };
  }

  /** Ends all watches. */
  close(): void {
    for (const { watch } of this.followed.values()) watch.close();
    this.catalogue?.close();
    this.client.destroy();
  }

  private follow(service: string): Followed {
    const existing = this.followed.get(service);
    if (existing !== undefined) return existing;
    const watch = new ServiceWatch(this.client, service, (instances) => {
      for (const listener of this.listeners) listener(service, instances);
    });
    const followed = { watch, next: roundRobin() };
    this.followed.set(service, followed);
    return followed;
  }
}
