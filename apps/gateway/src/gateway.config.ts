import { defineConfig, type LiveConfig, publicUrlField } from '@app/config';
import { z } from 'zod';

const milliseconds = (fallback: number, description: string) => z.int().min(0).max(3_600_000).default(fallback).meta({ description });
const bytes = (fallback: number, description: string) => z.int().min(0).default(fallback).meta({ description });

/** How the gateway routes, proxies and signs people in. Routes are checked apart: see `route/`. */
export const gatewayConfig = defineConfig(
  'gateway',
  z.object({
    publicUrl: publicUrlField,
    trustedProxies: z
      .array(z.union([z.cidrv4(), z.cidrv6()]))
      .default([])
      .meta({ description: 'Networks whose X-Forwarded-For is believed: those of the proxies in front of the gateway' }),
    consoleDir: z.string().default('apps/console/dist').meta({ env: 'CONSOLE_DIR', restart: true, description: 'The built console' }),
    clientId: z
      .string()
      .default('gateway')
      .meta({ env: 'GATEWAY_CLIENT_ID', restart: true, description: "The gateway's own client at auth" }),
    clientSecret: z.string().min(16).meta({ env: 'GATEWAY_CLIENT_SECRET', secret: true, restart: true, description: 'Its secret' }),
    routes: z.array(z.unknown()).default([]).meta({ description: 'Routes, in the shape of Spring Cloud Gateway' }),
    defaultFilters: z.array(z.unknown()).default([]).meta({ description: 'Filters of every configured route' }),
    catalogue: z
      .object({
        enabled: z.boolean().default(true).meta({ description: 'Route /api/<service>/** to every service that asks to be exposed' }),
        hiddenPaths: z
          .array(z.string().startsWith('/'))
          .default(['/principals/**'])
          .meta({ description: 'Paths of services that are for the inside alone, besides the management paths' }),
      })
      .prefault({}),
    identityHeaders: z
      .array(z.string())
      .default([])
      .meta({ description: 'Further request headers that carry identity inside and are removed when they come from outside' }),
    timeouts: z
      .object({
        connect: milliseconds(3_000, 'To open a connection to an instance, ms; 0 = none'),
        response: milliseconds(30_000, 'From the request sent to the head of the answer, ms; 0 = none'),
        body: milliseconds(120_000, 'Between two pieces of an answer, ms; 0 = none. Requests that accept event streams have none'),
        client: milliseconds(60_000, 'A client that takes no data for so long is dropped, ms; 0 = none'),
      })
      .prefault({}),
    limits: z
      .object({
        body: bytes(64 * 1024 * 1024, 'Longest request body, bytes'),
        target: bytes(8 * 1024, 'Longest request target, bytes'),
        inFlight: z.int().min(1).default(2_048).meta({ description: 'Most requests at one instance at a time' }),
      })
      .prefault({}),
    identity: z
      .object({
        cacheSeconds: z.int().min(0).max(30).default(30).meta({ description: 'Longest reuse of an exchanged token, s' }),
        cacheEntries: z.int().min(1).default(10_000).meta({ restart: true, description: 'Most exchanged tokens held' }),
        recheckSeconds: z
          .int()
          .min(1)
          .max(300)
          .default(30)
          .meta({ restart: true, description: 'How often the bearer of an open event stream is checked, s' }),
      })
      .prefault({}),
    session: z
      .object({
        secret: z
          .string()
          .min(32)
          .meta({ env: 'GATEWAY_SESSION_SECRET', secret: true, restart: true, description: 'Signs cookies and encrypts sessions' }),
        idleSeconds: z.int().min(60).default(3_600).meta({ description: 'A session that nobody uses ends after, s' }),
        absoluteSeconds: z.int().min(60).default(43_200).meta({ description: 'Any session ends after, s' }),
        scope: z.string().default('openid profile').meta({ restart: true, description: 'What sign-in asks of auth' }),
      })
      // All but the secret have defaults.
      .prefault({} as { secret: string }),
    accessLog: z
      .object({
        sampleRate: z
          .number()
          .min(0)
          .max(1)
          .default(0.01)
          .meta({ description: 'Share of the answered requests that is logged; errors always are' }),
      })
      .prefault({}),
  }),
);

/** Values of {@link gatewayConfig}. */
export type GatewayConfig = z.infer<typeof gatewayConfig.schema>;

/** The gateway's configuration as it changes. */
export type LiveGatewayConfig = LiveConfig<GatewayConfig>;
