import { defineConfig } from '@app/config';
import { z } from 'zod';

/** `0.0.0.0`, `::` and their other spellings: listens everywhere, and is nobody's address. */
const WILDCARD = /^\[?[0:.]+\]?$/;
const milliseconds = z.int().min(0).max(3_600_000);

/** How every service listens, limits what it takes in, and stops. */
export const serverConfig = defineConfig(
  'server',
  z
    .object({
      host: z.string().min(1).default('127.0.0.1').meta({ env: 'SERVICE_HOST', description: 'Address to listen on' }),
      port: z
        .int()
        .min(0)
        .max(65_535)
        .optional()
        .meta({ env: 'SERVICE_PORT', description: "Port to listen on; default: the service's own" }),
      address: z
        .string()
        .min(1)
        .optional()
        .meta({ env: 'SERVICE_ADDRESS', description: 'Address under which others reach this service; default: the one it listens on' }),
      managementPort: z.int().min(0).max(65_535).optional().meta({
        env: 'MANAGEMENT_PORT',
        description: 'Loopback port of /health, /metrics, /openapi.json where they are apart (the gateway)',
      }),
      register: z
        .boolean()
        .default(true)
        .meta({ env: 'SERVICE_REGISTER', description: 'Whether the service registers; not where it runs alone' }),
      supervised: z.boolean().default(false).meta({
        env: 'SUPERVISED',
        description: 'Whether a launcher holds the IPC channel of the process: the service stops when it closes',
      }),
      bodyLimit: z
        .int()
        .min(1_024)
        .max(1_073_741_824)
        .default(1_048_576)
        .meta({ description: 'Largest request body that is read into memory, in bytes' }),
      requestTimeoutMs: milliseconds.default(300_000).meta({ description: 'Longest time for a whole request to come in, in ms; 0 = none' }),
      headersTimeoutMs: milliseconds.default(15_000).meta({ description: 'Longest time for the headers of a request to come in, in ms' }),
      idleTimeoutMs: milliseconds.default(900_000).meta({
        description: 'A connection on which nothing moves for so long is closed, in ms; event streams send heartbeats; 0 = never',
      }),
      keepAliveTimeoutMs: milliseconds
        .default(65_000)
        .meta({ description: 'How long a connection waits for its next request, in ms; longer than callers keep theirs' }),
      slowRequestMs: milliseconds.default(1_000).meta({ restart: false, description: 'A request that takes longer is logged at info' }),
      drainMs: milliseconds
        .default(10_000)
        .meta({ restart: false, description: 'Longest wait at the end for requests that are being handled, in ms' }),
    })
    .refine(({ host, address }) => !WILDCARD.test(address ?? host), {
      path: ['address'],
      error: 'SERVICE_ADDRESS must be an address under which others reach this service, as SERVICE_HOST listens on every address',
    })
    .meta({ restart: true }),
);
