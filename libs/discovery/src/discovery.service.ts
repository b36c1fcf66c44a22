import { setTimeout as delay } from 'node:timers/promises';
import type { ConsulClient } from '@app/config';
import { ServiceMeta } from '@app/contracts';
import type { HealthStatus, Logger } from '@app/telemetry';
import { type Exclusion, type Lease, Roster } from './balancing/roster.js';
import { CatalogueWatch } from './catalogue-watch.js';
import { balancingOf, type LiveDiscoveryConfig } from './discovery.config.js';
import { FOLLOW_LIMITS, FollowedServices, type FollowLimits } from './followed-services.js';
import type { Instance } from './instance.js';
import { Registration, type RegistrationOptions } from './registration.js';
import { ServiceWatch } from './service-watch.js';

/** Told of every change of a service's healthy instances. */
export type InstancesListener = (service: string, instances: readonly Instance[]) => void;

interface Followed {
  readonly watch: ServiceWatch;
  readonly roster: Roster;
}

/** Those that nobody asks for are looked for this many times in the time that they may be idle. */
const LOOKS_PER_IDLE_TIME = 10;

/**
 * The registry from a service's point of view: where the healthy instances of others are, and this process' own registration.
 * A service is followed from the first time it is asked for until nobody has asked for it in a while, no request is under way there, and the
 * catalogue, where it is followed, does not name it. What is asked of a service throws AppError DISCOVERY_TOO_MANY_SERVICES where it would be one too many.
 */
export class DiscoveryService {
  private readonly followed: FollowedServices<Followed>;
  private readonly listeners = new Set<InstancesListener>();
  private readonly catalogueListeners = new Set<(services: readonly string[]) => void>();
  private catalogue: CatalogueWatch | undefined;
  private registration: Registration | undefined;
  /** Services of which instances are used that the registry has lost. */
  private readonly holding = new Set<string>();
  private readonly unfollowConfig: () => void;
  private readonly letGoTimer: NodeJS.Timeout;

  constructor(
    private readonly client: ConsulClient,
    private readonly config: LiveDiscoveryConfig,
    private readonly logger: Logger,
    limits: FollowLimits = FOLLOW_LIMITS,
  ) {
    this.followed = new FollowedServices(limits);
    this.letGoTimer = setInterval(() => {
      this.letGo();
    }, limits.idleMs / LOOKS_PER_IDLE_TIME).unref();
    this.unfollowConfig = config.onChange((value, previous) => {
      for (const [service, { roster }] of this.followed) roster.configure(balancingOf(service, value));
      if (value.zone !== previous.zone) this.registration?.renew();
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
    const meta = () => {
      const { zone } = this.config.value;
      return { ...options.meta, ...(zone !== undefined && { [ServiceMeta.Zone]: zone }) };
    };
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
    const watches = [...this.followed].map(([, { watch }]) => watch);
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
      detail: `the registry has lost its state; ${held} ${held === 1 ? 'instance' : 'instances'} that it does not know any more, still used`,
    };
  }

  /** Ends all watches. */
  close(): void {
    this.unfollowConfig();
    clearInterval(this.letGoTimer);
    for (const [, { watch }] of this.followed) watch.close();
    this.catalogue?.close();
    this.client.destroy();
  }

  private follow(service: string): Followed {
    return this.followed.ask(service, performance.now(), () => this.begin(service));
  }

  private begin(service: string): Followed {
    const roster = new Roster(balancingOf(service, this.config.value));
    const watch = new ServiceWatch(this.client, {
      service,
      graceMs: () => this.config.value.lostStateGraceMs,
      onChange: (instances) => {
        roster.update(instances);
        this.noteHeld(service, watch.heldCount);
        this.tell(this.listeners, (listener) => {
          listener(service, instances);
        });
      },
    });
    return { watch, roster };
  }

  /** Whoever follows the catalogue wants to know when a service that it names changes, though nobody asks for it. */
  private letGo(): void {
    const { catalogue } = this;
    if (catalogue !== undefined && !catalogue.isKnown) return;
    const named = new Set(catalogue?.services);
    const gone = this.followed.letGo(performance.now(), (service, { roster }) => roster.isBusy || named.has(service));
    for (const { watch } of gone) watch.close();
    for (const service of this.holding) if (this.followed.find(service) === undefined) this.holding.delete(service);
  }

  /** Said once for each loss: the instances may come back one by one. */
  private noteHeld(service: string, held: number): void {
    if (held > 0 === this.holding.has(service)) return;
    if (held > 0) {
      this.holding.add(service);
      this.logger.warn({ service, instances: held }, 'The registry has lost instances; they are used until they are back, or for a while');
    } else {
      this.holding.delete(service);
      this.logger.info({ service }, 'No instance is used any more that the registry has lost');
    }
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
