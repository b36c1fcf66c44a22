import { hostname } from 'node:os';
import { type ConfigValue, defineConfig } from '@app/config';
import { PLATFORM_PORTS } from '@app/contracts';
import { z } from 'zod';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const where = z.enum(['embedded', 'external']).default('embedded');
const port = (ours: number) => z.int().min(0).max(65_535).default(ours);
const name = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9.-]{0,62}$/, 'must be letters, digits, dots and hyphens');

/** The agent: where it listens and keeps its state. */
export const agentConfig = defineConfig(
  'registry',
  z
    .object({
      consul: where.meta({ description: '`external`: a Consul elsewhere is used; none is opened here' }),
      host: z.string().min(1).default('127.0.0.1').meta({ env: 'CONSUL_HOST', description: 'Address that the Consul API listens on' }),
      port: port(PLATFORM_PORTS.consul).meta({ env: 'CONSUL_PORT', description: 'Port of the Consul API' }),
      token: z.string().optional().meta({ env: 'CONSUL_HTTP_TOKEN', secret: true, description: 'Every request needs it when it is set' }),
      dataDir: z.string().min(1).default('data/registry').meta({ description: 'Folder of the state: keys, registrations' }),
      datacenter: name.default('dc1').meta({ description: 'Name of the datacenter' }),
      nodeName: name.default(hostname()).meta({ description: 'Name of this node; kept from the first start on' }),
    })
    .refine(({ consul, host, token }) => consul === 'external' || LOOPBACK.has(host) || (token ?? '') !== '', {
      path: ['host'],
      message: 'must be a loopback address unless CONSUL_HTTP_TOKEN is set',
    })
    .meta({ restart: true }),
);

/** The trace store. */
export const tracesConfig = defineConfig(
  'registry.traces',
  z
    .object({
      zipkin: where.meta({ env: 'REGISTRY_ZIPKIN', description: '`external`: a Zipkin elsewhere is used; none is opened here' }),
      host: z.string().min(1).default('127.0.0.1').meta({ env: 'ZIPKIN_HOST', description: 'Address that the Zipkin API listens on' }),
      port: port(PLATFORM_PORTS.zipkin).meta({ env: 'ZIPKIN_PORT', description: 'Port of the Zipkin API' }),
      maxBytes: z
        .int()
        .min(1_048_576)
        .max(4_294_967_296)
        .default(24 * 1_048_576)
        .meta({ description: 'Spans that are kept, in bytes of their JSON; the oldest traces go first' }),
    })
    .meta({ restart: true }),
);

/** Values of {@link agentConfig}. */
export type AgentConfig = ConfigValue<typeof agentConfig>;

/** Values of {@link tracesConfig}. */
export type TracesConfig = ConfigValue<typeof tracesConfig>;
