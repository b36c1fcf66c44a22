import type { RegisteredInstance } from './health-answer.js';
import type { Instance } from './instance.js';

/** An answer of the registry about one service. */
export interface RegistryAnswer {
  readonly entries: readonly RegisteredInstance[];
  /** The registry's index. */
  readonly index: bigint;
  /** It is the first one after the registry could not be asked. */
  readonly isFirstAfterFailure: boolean;
}

interface Held {
  readonly instance: Instance;
  readonly until: number;
}

/**
 * Which instances of a service take requests, over what a registry does that comes back without its state: it knows nobody, and then one
 * after the other, as they register again. Instances that are missing from such an answer are kept for a grace, until the registry says something
 * of them or the time is over. In any other answer who is missing has gone. Pure: times are given, in ms.
 */
export class InstanceMemory {
  private entries: readonly RegisteredInstance[] = [];
  private readonly held = new Map<string, Held>();
  private lastIndex = 0n;

  /** Takes an answer into account. `graceMs`: how long instances are kept that a registry has lost. */
  take(answer: RegistryAnswer, now: number, graceMs: number): void {
    const named = new Set(answer.entries.map(({ instance }) => instance.id));
    if (graceMs > 0 && this.hasLostState(answer)) {
      for (const { instance, takesRequests } of this.entries) {
        if (takesRequests && !named.has(instance.id)) this.held.set(instance.id, { instance, until: now + graceMs });
      }
    }
    for (const id of this.held.keys()) if (named.has(id)) this.held.delete(id);
    this.entries = answer.entries;
    this.lastIndex = answer.index;
  }

  /** Lets go of those whose time is over. @returns whether there were any */
  expire(now: number): boolean {
    const before = this.held.size;
    for (const [id, { until }] of this.held) if (until <= now) this.held.delete(id);
    return this.held.size < before;
  }

  /** Instances that take requests. */
  get instances(): readonly Instance[] {
    const healthy = this.entries.filter(({ takesRequests }) => takesRequests).map(({ instance }) => instance);
    return [...healthy, ...[...this.held.values()].map(({ instance }) => instance)];
  }

  /** How many of them are kept though the registry has lost them. */
  get heldCount(): number {
    return this.held.size;
  }

  /** When the next of those is to be let go. */
  get nextExpiry(): number | undefined {
    const times = [...this.held.values()].map(({ until }) => until);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * An index that went backwards says it. A registry that was away may have lost its state though its index has grown past the old one since:
   * that it has not is shown by any instance that is still the same registration.
   */
  private hasLostState({ entries, index, isFirstAfterFailure }: RegistryAnswer): boolean {
    if (index < this.lastIndex) return true;
    if (!isFirstAfterFailure) return false;
    const created = new Map(this.entries.map(({ instance, createIndex }) => [instance.id, createIndex]));
    return !entries.some(({ instance, createIndex }) => createIndex !== undefined && created.get(instance.id) === createIndex);
  }
}
