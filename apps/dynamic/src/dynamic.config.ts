import { type ConfigValue, defineConfig } from '@app/config';
import { z } from 'zod';

const MIB = 1_048_576;

/** Limits of what is taken in and given out: `dynamic.*`. */
export const dynamicConfig = defineConfig(
  'dynamic',
  z.object({
    uploads: z.int().min(1).max(10_000).default(64).meta({ description: 'Uploads of records that are taken at once.' }),
    uploadBytes: z
      .int()
      .min(1_024)
      .max(1_024 * MIB)
      .default(64 * MIB)
      .meta({ description: 'Largest upload, in bytes after unpacking.' }),
    uploadLines: z.int().min(1).max(10_000_000).default(200_000).meta({ description: 'Most lines of one upload.' }),
    lineBytes: z
      .int()
      .min(256)
      .max(16 * MIB)
      .default(64 * 1_024)
      .meta({ description: 'Longest line of an upload, in bytes.' }),
    eventClients: z.int().min(1).max(100_000).default(1_000).meta({ description: 'Event streams that are open at once.' }),
    eventBuffer: z
      .int()
      .min(1_024)
      .max(64 * MIB)
      .default(MIB)
      .meta({ description: 'Bytes that may wait for a slow reader of events; then its stream is ended.' }),
  }),
);

export type DynamicConfig = ConfigValue<typeof dynamicConfig>;
