import { z } from 'zod';
import { defineConfig } from './define-config.js';

/** Each adds two documents, and a blocking query for each. */
const MAX_PROFILES = 5;

/** Where the registry and configuration centre answers. Read from the environment and files only: KV cannot say where KV is. */
export const consulConfig = defineConfig(
  'consul',
  z
    .object({
      address: z
        .string()
        .regex(/^(?:https?:\/\/)?[^/\s@?#]+\/?$/, 'must be host:port, http://host:port or https://host:port')
        .default('http://127.0.0.1:8500')
        .meta({ env: 'CONSUL_HTTP_ADDR', description: 'Address of the Consul HTTP API' }),
      token: z.string().optional().meta({ env: 'CONSUL_HTTP_TOKEN', secret: true, description: 'Access token of the Consul HTTP API' }),
    })
    .meta({ restart: true }),
  'files',
);

/** How much a service logs; changes without restart. */
export const loggingConfig = defineConfig(
  'logging',
  z.object({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .meta({ env: 'LOG_LEVEL', description: 'The least severe level that is logged' }),
  }),
);

/** What configuration itself needs to know, read from the environment only. */
export const sourcesConfig = defineConfig(
  'config',
  z
    .object({
      profile: z
        .array(z.string().regex(/^[a-zA-Z0-9_-]+$/, 'must be letters, digits, - and _'))
        .max(MAX_PROFILES)
        .refine((profiles) => new Set(profiles).size === profiles.length, 'must not name one twice')
        .default([])
        .meta({
          env: 'PROFILE',
          description:
            'Adds the documents `<app>,<profile>` and `application,<profile>`; of several, with commas between, the last counts most',
        }),
      dir: z
        .string()
        .optional()
        .meta({ env: 'CONFIG_DIR', description: 'Folder of application.yaml, gateway.yaml, ...; default: `config/` of the checkout' }),
    })
    .meta({ restart: true }),
  'environment',
);
