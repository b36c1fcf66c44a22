import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { GroupMembership } from '../partitioned-log.js';
import { membersKey } from './log-keys.js';
import { RENEW } from './scripts.js';

/** Leases on partitions in one hash of the group: every renewal deals out what is free and what somebody has too much of. */
export class RedisGroupMembership implements GroupMembership {
  readonly member = randomUUID();
  private readonly key: string;

  constructor(
    private readonly redis: Redis,
    topic: string,
    group: string,
    private readonly settings: { leaseMs: number; partitions: number },
  ) {
    this.key = membersKey(topic, group);
  }

  renew(): Promise<number[]> {
    return this.run('stay');
  }

  async leave(): Promise<void> {
    await this.run('leave');
  }

  private run(intent: 'stay' | 'leave'): Promise<number[]> {
    const { leaseMs, partitions } = this.settings;
    return RENEW.run<number[]>(this.redis, [this.key], [this.member, leaseMs, partitions, intent]);
  }
}
