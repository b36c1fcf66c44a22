import type { Instance } from '../instance.js';
import type { Balancer, BalancingStrategy, Candidate, Random } from './balancer.types.js';
import { createBalancer } from './create-balancer.js';
import { eligible } from './eligible.js';

/** How the instances of one service are chosen. */
export interface BalancingSettings {
  readonly strategy: BalancingStrategy;
  /** Instances of this zone are preferred; undefined = none are. */
  readonly zone: string | undefined;
}

/** An instance that was picked: a request counts as under way there until it is released. */
export interface Lease {
  readonly instance: Instance;
  /** The request is over, however it ended. Harmless when called again. */
  release(): void;
}

/** Which instances are out of the question for one pick: those that have just failed, or that take no requests for now. */
export type Exclusion = (instance: Instance) => boolean;

/** The instances of one service with the requests that this process has under way at each. No I/O. */
export class Roster {
  /** Also those that went while requests were under way: one that comes back is as busy as it was. */
  private readonly members = new Map<string, Member>();
  private present: readonly Member[] = [];
  private choice: readonly Member[] = [];
  private balancer: Balancer;

  constructor(
    private settings: BalancingSettings,
    private readonly random: Random = Math.random,
  ) {
    this.balancer = createBalancer(settings.strategy, random);
  }

  /** Other settings from the next pick on; what is under way is still counted. */
  configure(settings: BalancingSettings): void {
    if (settings.strategy !== this.settings.strategy) this.balancer = createBalancer(settings.strategy, this.random);
    this.settings = settings;
    this.choice = eligible(this.present, settings.zone);
  }

  /** Another list of instances. */
  update(instances: readonly Instance[]): void {
    this.present = instances.map((instance) => this.memberOf(instance));
    const ids = new Set(instances.map(({ id }) => id));
    for (const [id, { pending }] of this.members) if (pending === 0 && !ids.has(id)) this.members.delete(id);
    this.choice = eligible(this.present, this.settings.zone);
  }

  /** @returns undefined when none is left */
  pick(exclude?: Exclusion): Lease | undefined {
    const choice =
      exclude === undefined
        ? this.choice
        : eligible(
            this.present.filter(({ instance }) => !exclude(instance)),
            this.settings.zone,
          );
    const member = this.balancer.choose(choice);
    return member && new MemberLease(member);
  }

  /** Requests of this process that are under way at an instance. */
  pending(id: string): number {
    return this.members.get(id)?.pending ?? 0;
  }

  /** Whether any request of this process is under way. */
  get isBusy(): boolean {
    return [...this.members.values()].some(({ pending }) => pending > 0);
  }

  private memberOf(instance: Instance): Member {
    const existing = this.members.get(instance.id);
    if (existing !== undefined) {
      existing.instance = instance;
      return existing;
    }
    const created = new Member(instance);
    this.members.set(instance.id, created);
    return created;
  }
}

class Member implements Candidate {
  pending = 0;

  constructor(public instance: Instance) {}

  get id(): string {
    return this.instance.id;
  }

  get weight(): number {
    return this.instance.weight;
  }
}

class MemberLease implements Lease {
  readonly instance: Instance;
  private isOver = false;

  constructor(private readonly member: Member) {
    this.instance = member.instance;
    member.pending += 1;
  }

  release(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.member.pending -= 1;
  }
}
