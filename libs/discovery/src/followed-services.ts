import { AppError } from '@app/errors';
import { DiscoveryError } from './discovery.errors.js';

/** What following costs at most. */
export interface FollowLimits {
  /** Services that are followed at once: each costs a blocking query and its connection. */
  readonly services: number;
  /** How long one is followed that nobody asks for, in ms. */
  readonly idleMs: number;
}

/** As many as the platform's own registry holds, each for ten minutes after it was last asked for. */
export const FOLLOW_LIMITS: FollowLimits = { services: 1_000, idleMs: 600_000 };

interface Entry<T> {
  readonly value: T;
  askedAt: number;
}

/** Services by name, each with what follows it, from the first time that it is asked for until nobody needs it. Pure: times are given, in ms. */
export class FollowedServices<T> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(private readonly limits: FollowLimits) {}

  /**
   * What follows a service.
   *
   * @param begin follows it, where nothing does yet
   * @throws AppError DISCOVERY_TOO_MANY_SERVICES when one more would be too many
   */
  ask(service: string, now: number, begin: () => T): T {
    const existing = this.entries.get(service);
    if (existing !== undefined) {
      existing.askedAt = now;
      return existing.value;
    }
    const { services: most } = this.limits;
    if (this.entries.size >= most) {
      const detail = `No more than ${most} services of the registry are followed at once.`;
      throw new AppError(DiscoveryError.DISCOVERY_TOO_MANY_SERVICES, { detail, context: { service } });
    }
    const value = begin();
    this.entries.set(service, { value, askedAt: now });
    return value;
  }

  /** What follows a service; undefined when nothing does. That it is looked at does not count as asking for it. */
  find(service: string): T | undefined {
    return this.entries.get(service)?.value;
  }

  /**
   * Forgets those that nobody has asked for in a while.
   *
   * @param isNeeded those that stay all the same
   * @returns what has followed them, to be ended
   */
  letGo(now: number, isNeeded: (service: string, value: T) => boolean): T[] {
    const gone = [...this.entries].filter(
      ([service, { value, askedAt }]) => now - askedAt >= this.limits.idleMs && !isNeeded(service, value),
    );
    for (const [service] of gone) this.entries.delete(service);
    return gone.map(([, { value }]) => value);
  }

  /** Each service and what follows it. */
  *[Symbol.iterator](): IterableIterator<[service: string, value: T]> {
    for (const [service, { value }] of this.entries) yield [service, value];
  }
}
