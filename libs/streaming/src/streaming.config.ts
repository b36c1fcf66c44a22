import { defineConfig } from '@app/config';
import { ConsumerGroup } from '@app/contracts';
import { z } from 'zod';

/** The log and its consumers: `streaming.*`. */
export const streamingConfig = defineConfig(
  'streaming',
  z
    .object({
      partitions: z.int().min(1).max(256).default(8).meta({
        description: 'Partitions per topic. Never change it while a topic holds records: keys would move to other partitions.',
      }),
      groups: z.array(z.string().min(1)).min(1).default(Object.values(ConsumerGroup)).meta({
        description: 'Groups that must have read a record before it may be dropped, whether they have ever run or not; no others may read.',
      }),
      backlogLimit: z.int().min(1).default(100_000).meta({
        description: 'Records per partition that wait for the slowest group; above it the log takes no more.',
      }),
      tail: z
        .int()
        .min(0)
        .default(10_000)
        .meta({ description: 'Records per partition that are kept for replay although every group has read them.' }),
      batch: z.int().min(1).max(10_000).default(1_000).meta({ description: 'Most records per partition that a handler is given at once.' }),
      waitMs: z.int().min(100).max(60_000).default(10_000).meta({ description: 'How long one blocking read waits for records.' }),
      lingerMs: z.int().min(0).max(10_000).default(100).meta({
        description: 'Pause after a read that returned less than a full batch, so that a trickle arrives in batches.',
      }),
      leaseMs: z.int().min(1_000).max(60_000).default(4_000).meta({
        description: 'After this silence the partitions of a process go to the others of its group.',
      }),
    })
    .meta({ restart: true }),
);
