import { setTimeout as delay } from 'node:timers/promises';
import type { ConsulClient } from '@app/config';
import { ServiceMeta } from '@app/contracts';
import type { HealthStatus, Logger } from '@app/telemetry';
import { type Exclusion, type Lease, Roster } from './balancing/roster.js';
import { CatalogueWatch } from './catalogue-watch.js';
import { balancingOf, type LiveDiscoveryConfig } from './discovery.config.js';
import type { Instance } from './instance.js';
import { Registration, type RegistrationOptions } from './registration.js';
import { ServiceWatch } from './service-watch.js';

/** Told of every change of a service's healthy instances. */
export type InstancesListener = (service: string, instances: readonly Instance[]) => void;

interface Followed {
  readonly watch: ServiceWatch;
  readonly roster: Roster;
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
  private readonly unfollowConfig: () => void;

  constructor(
    private readonly client: ConsulClient,
    private readonly config: LiveDiscoveryConfig,
    private readonly logger: Logger,
  ) {
    this.unfollowConfig = config.onChange((value) => {
      for (const [service, { roster }] of this.followed) roster.configure(balancingOf(service, value));
    });
  }

  /**
   * The instances of a service that take requests: none that is critical or in maintenance. Empty until the registry has answered for
   * the first time (see {@link whenKnown}); the last list while it is away.
   */
  instances(service: string): readonly Instance[] {
    return this.follow(service).watch.instances;
  }

  /**
   * Chooses an instance as `discovery.strategy` says, from what is known now (see {@link whenKnown}). Whoever asks it releases the lease when
   * its request is over: until then it counts as under way there.
   *
   * @param exclude instances that are out of the question: that have failed this request before, or take none for now
   * @returns undefined when none is left
   */
  pick(service: string, exclude?: Exclusion): Lease | undefined {
    return this.follow(service).roster.pick(exclude);
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
      this.tell(this.catalogueListeners, (listener) => {
        listener(services);
      });
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
    const { zone } = this.config.value;
    const meta = { ...options.meta, ...(zone !== undefined && { [ServiceMeta.Zone]: zone }) };
    this.registration = new Registration(this.client, { ...options, meta }, this.logger);
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

  /** `degraded` while the registry does not answer (the last known instances are used), or has lost instances that are still used. */
  health(): HealthStatus {
    const watches = [...this.followed.values()].map(({ watch }) => watch);
    const sources = [this.registration, this.catalogue, ...watches];
    const since = sources.map((source) => source?.unreachableSince?.getTime()).filter((time) => time !== undefined);
    if (since.length > 0) {
      const detail = `registry unreachable since ${new Date(Math.min(...since)).toISOString()}; the last known instances are used`;
      return { status: 'degraded', detail };
    }
    const held = watches.reduce((sum, { heldCount }) => sum + heldCount, 0);
    if (held === 0) return { status: 'up' };
    return {
      status: 'degraded',
      detail: `the registry has lost its state; ${held} instances that it does not know any more are still used`,
    };
  }

  /** Ends all watches. */
  close(): void {
    this.unfollowConfig();
    for (const { watch } of this.followed.values()) watch.close();
    this.catalogue?.close();
    this.client.destroy();
  }

  private follow(service: string): Followed {
    const existing = this.followed.get(service);
    if (existing !== undefined) return existing;
    const roster = new Roster(balancingOf(service, this.config.value));
    const watch = new ServiceWatch(this.client, {
      service,
      graceMs: () => this.config.value.lostStateGraceMs,
      onChange: (instances) => {
        this.changed(service, roster, instances);
      },
    });
    const followed = { watch, roster };
    this.followed.set(service, followed);
    return followed;
  }

  private changed(service: string, roster: Roster, instances: readonly Instance[]): void {
    roster.update(instances);
    const held = this.followed.get(service)?.watch.heldCount ?? 0;
    if (held > 0)
      this.logger.warn({ service, instances: held }, 'The registry has lost instances; they are used until they are back, or for a while');
    this.tell(this.listeners, (listener) => {
      listener(service, instances);
    });
  }

  /** A listener that fails is no fault of the registry's, and keeps the others from nothing. */
  private tell<T>(listeners: ReadonlySet<T>, call: (listener: T) => void): void {
    for (const listener of listeners) {
      try {
        call(listener);
      } catch (error) {
        this.logger.error({ err: error }, 'A listener of a change in the registry failed');
      }
    }
  }
}
