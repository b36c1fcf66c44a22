import { defineConfig, publicUrlField } from '@app/config';
import { z } from 'zod';

/** How a service verifies the internal JWT. */
export const securityConfig = defineConfig(
  'security',
  z.object({
    issuer: publicUrlField,
    jwksUrl: z
      .url()
      .optional()
      .meta({ description: "Where the issuer's public keys are; absent = an instance of auth from the catalogue" }),
    jwksTimeoutMs: z.int().min(100).max(10_000).default(2_000).meta({ description: 'Longest wait for the public keys, in ms' }),
    jwksMinIntervalMs: z
      .int()
      .min(0)
      .max(600_000)
      .default(5_000)
      .meta({ description: 'Shortest time between two fetches of the public keys, in ms' }),
  }),
);

/** Values of {@link securityConfig}. */
export type SecurityConfig = z.infer<typeof securityConfig.schema>;
