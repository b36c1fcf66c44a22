import { type ConsulAnswer, type ConsulClient, type ConsulWatch, watchConsul } from '@app/config';
import { readHealthAnswer } from './health-answer.js';
import { InstanceMemory } from './instance-memory.js';
import type { Instance } from './instance.js';

/** What to watch and whom to tell. */
export interface ServiceWatchOptions {
  service: string;
  /** Told of every new list. */
  onChange(instances: readonly Instance[]): void;
  /** How long instances are kept that a registry has lost, in ms. */
  graceMs(): number;
}

/** Follows the instances of one service that take requests; keeps the last list while the registry is away or answers nonsense. */
export class ServiceWatch {
  private readonly watch: ConsulWatch;
  private readonly first = Promise.withResolvers<undefined>();
  private readonly memory = new InstanceMemory();
  private current: readonly Instance[] = [];
  private failingSince: Date | undefined;
  private expiry: NodeJS.Timeout | undefined;

  constructor(
    client: ConsulClient,
    private readonly options: ServiceWatchOptions,
  ) {
    const { service } = options;
    this.watch = watchConsul<unknown>({
      // All of them, healthy or not: of one that is named as critical it is known that it has not merely been lost.
      query: (query) => client.health.service({ service, ...query } as { service: string }) as unknown as Promise<ConsulAnswer<unknown>>,
      onData: (answer, index) => {
        const entries = readHealthAnswer(answer);
        this.memory.take({ entries, index, isFirstAfterFailure: this.failingSince !== undefined }, performance.now(), options.graceMs());
        this.failingSince = undefined;
        this.publish();
        this.first.resolve(undefined);
      },
      onError: () => {
        this.failingSince ??= new Date();
      },
    });
  }

  /** Instances that take requests, as far as known. */
  get instances(): readonly Instance[] {
    return this.current;
  }

  /** How many of them are kept though the registry has lost them. */
  get heldCount(): number {
    return this.memory.heldCount;
  }

  /** Since when the registry has not answered, or nothing that can be used; undefined while it does. */
  get unreachableSince(): Date | undefined {
    return this.failingSince;
  }

  /** Resolves with the first answer of the registry. */
  get known(): Promise<undefined> {
    return this.first.promise;
  }

  close(): void {
    clearTimeout(this.expiry);
    this.watch.close();
  }

  private publish(): void {
    this.current = this.memory.instances;
    this.scheduleExpiry();
    this.options.onChange(this.current);
  }

  private scheduleExpiry(): void {
    clearTimeout(this.expiry);
    const next = this.memory.nextExpiry;
    if (next === undefined) return;
    // One more: a timer may fire a part of a millisecond early.
    this.expiry = setTimeout(() => this.expire(), next - performance.now() + 1).unref();
  }

  private expire(): void {
    if (this.memory.expire(performance.now())) this.publish();
    else this.scheduleExpiry();
  }
}
