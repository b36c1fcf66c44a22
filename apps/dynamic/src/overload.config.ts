import { type ConfigValue, defineConfig } from '@app/config';
import { DEFAULT_LIMIT_SETS, limitSetSchema } from '@app/contracts';
import { z } from 'zod';

/** The rules by which passes are judged: `overload.*`, shared with every service that judges. */
export const overloadConfig = defineConfig(
  'overload',
  z.object({
    limits: z
      .array(limitSetSchema)
      .min(1)
      .max(100)
      .default([...DEFAULT_LIMIT_SETS])
      .meta({ description: 'Limits of gross weight by axles and kind, each set in force from its validFrom on.' }),
  }),
);

export type OverloadConfig = ConfigValue<typeof overloadConfig>;
