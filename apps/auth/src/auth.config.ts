import { defineConfig, publicUrlField, type ConfigValue } from '@app/config';
import { z } from 'zod';

const seconds = (value: number, description: string) =>
  z
    .int()
    .min(1)
    .max(400 * 86_400)
    .default(value)
    .meta({ secret: false, description: `${description}, in seconds` });

const KEY_BYTES = 32;

/** Settings of the authorization server. */
export const authConfig = defineConfig(
  'auth',
  z.object({
    issuer: publicUrlField,
    encryptionKey: z
      .string()
      .refine((text) => Buffer.from(text, 'base64url').length === KEY_BYTES, `must be ${KEY_BYTES} bytes in base64url`)
      .meta({ secret: true, restart: true, description: 'Encrypts the signing keys at rest and signs cookies: 32 bytes in base64url' }),
    seedFile: z
      .string()
      .optional()
      .meta({ restart: true, description: 'JSON file of credentials and clients that are made sure of at start' }),
    systemUrl: z.url().optional().meta({ description: 'Base address of `system`; absent = an instance from the catalogue' }),
    gatewayClientId: z
      .string()
      .min(1)
      .default('gateway')
      .meta({ env: 'GATEWAY_CLIENT_ID', restart: true, description: 'The only client that may exchange tokens for internal ones' }),
    trustedProxies: z
      .array(z.union([z.cidrv4(), z.cidrv6()]))
      .default(['127.0.0.0/8', '::1/128'])
      .meta({ restart: true, description: 'Networks whose X-Forwarded-For is believed: those of the gateway' }),
    ttl: z
      .object({
        accessToken: seconds(3_600, 'Life of an access token, unless the client has its own'),
        refreshToken: seconds(14 * 86_400, 'Life of a refresh token, unless the client has its own'),
        authorizationCode: seconds(60, 'Life of an authorization code'),
        interaction: seconds(1_800, 'Time to finish signing in'),
        session: seconds(12 * 3_600, 'A sign-in session ends this long after the sign-in, however much it is used'),
      })
      .prefault({})
      .meta({ restart: true }),
    principals: z
      .object({
        timeoutMs: z.int().min(50).max(30_000).default(2_000).meta({ description: 'Longest wait for an answer of `system`, in ms' }),
        cacheMs: z.int().min(0).max(60_000).default(3_000).meta({ description: 'How long an answer of `system` is used, in ms' }),
      })
      .prefault({}),
    throttle: z
      .object({
        perAccountAndAddress: z
          .int()
          .min(1)
          .default(5)
          .meta({ description: 'Failed sign-ins of one account from one address in a window' }),
        perAccount: z.int().min(1).default(100).meta({ description: 'Failed sign-ins of one account from all addresses in a window' }),
        perAddress: z.int().min(1).default(100).meta({ description: 'Failed sign-ins from one address in a window' }),
        windowSeconds: seconds(300, 'Length of a window of failed sign-ins'),
      })
      .prefault({}),
    limits: z
      .object({
        windowSeconds: seconds(10, 'Length of a window of requests'),
        failures: z.int().min(1).default(2_000).meta({ description: 'Failed client authentications from one address in a window' }),
        pages: z.int().min(1).default(500).meta({ description: 'Authorization and sign-out requests from one address in a window' }),
      })
      .prefault({}),
  }),
);

/** Values of {@link authConfig}. */
export type AuthConfig = ConfigValue<typeof authConfig>;
