import { type ConfigValue, defineConfig } from '@app/config';
import { z } from 'zod';

/** What this service puts into its tables at start. */
export const seedConfig = defineConfig(
  'system',
  z
    .object({
      seedFile: z.string().min(1).optional().meta({
        env: 'SYSTEM_SEED_FILE',
        description: 'JSON file with the first people: { "users": [{ id, username, displayName, roles, area }] }',
      }),
    })
    .meta({ restart: true }),
);

export type SeedConfig = ConfigValue<typeof seedConfig>;
