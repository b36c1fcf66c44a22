import { SERVICE_NAMES, type ServiceName } from '@app/contracts';
import { Checkout, CHECKOUT, serviceEntry } from '../checkout.ts';
import { askReady } from '../supervise/health.ts';
import { startNodeProcess } from '../supervise/node-process.ts';
import type { PartDefinition, Tier } from '../supervise/part.ts';
import { postgresPart, redisPart } from './engines.ts';
import { commonEnvironment, databaseEnvironment, redisEnvironment, systemEnvironment } from './environment.ts';
import type { Platform } from './platform.ts';
import { LOOPBACK } from './platform.ts';
import { managementPortOf, type PortUse } from './ports.ts';
import { seedFilesOf } from './seeds.ts';

/** How a service differs from the others. */
interface ServiceShape {
  tier: Tier;
  /** Stores that must be up before it is started; those of others are up already. */
  needs: readonly ('postgres' | 'redis')[];
  /** Beside what every service is given. */
  environment: Record<string, string>;
}

/** Bound of each service's heap in MB: beyond it the service ends and is started again, instead of starving the machine. */
const HEAP_MB: Record<ServiceName, number> = { registry: 384, auth: 256, system: 256, statistics: 384, dynamic: 384, gateway: 384 };

/** The services of the platform, and what each is given. This is the whole topology; the rest of the launcher knows no names. */
export function describeServices(platform: Platform): Record<ServiceName, ServiceShape> {
  const { secrets, folder } = platform;
  const seeds = seedFilesOf(folder);
  const database = (name: ServiceName) => databaseEnvironment(platform, name);
  const redis = (use?: 'auth' | 'stream') => redisEnvironment(platform, use);
  return {
    registry: { tier: 'registry', needs: [], environment: registryEnvironment(platform) },
    auth: {
      tier: 'service',
      needs: ['postgres', 'redis'],

      environment: { ...database('auth'), ...redis('auth'), AUTH_SEED_FILE: seeds.auth, AUTH_ENCRYPTION_KEY: secrets.authEncryptionKey },
    },
    system: {
      tier: 'service',
      needs: ['postgres'],

      environment: { ...database('system'), SYSTEM_SEED_FILE: seeds.system },
    },
    statistics: {
      tier: 'service',
      needs: ['postgres', 'redis'],

      environment: { ...database('statistics'), ...redis('stream') },
    },
    dynamic: { tier: 'service', needs: ['redis'], environment: redis('stream') },
    gateway: { tier: 'door', needs: ['redis'], environment: { ...redis(), ...gatewayEnvironment(platform) } },
  };
}

function registryEnvironment({ ports, external, folder }: Platform): Record<string, string> {
  return {
    CONSUL_PORT: String(ports.consul),
    ZIPKIN_PORT: String(ports.zipkin),
    REGISTRY_CONSUL: external.consul === undefined ? 'embedded' : 'external',
    REGISTRY_ZIPKIN: external.zipkin === undefined ? 'embedded' : 'external',
    REGISTRY_DATA_DIR: folder.registry,
  };
}

function gatewayEnvironment({ ports, secrets, outsideHost }: Platform): Record<string, string> {
  return {
    SERVICE_HOST: outsideHost,
    MANAGEMENT_PORT: String(ports.gatewayManagement),
    GATEWAY_CLIENT_ID: 'gateway',
    GATEWAY_CLIENT_SECRET: secrets.clients.gateway ?? '',
    GATEWAY_SESSION_SECRET: secrets.gatewaySession,
    CONSOLE_DIR: `${Checkout.console}/dist`,
  };
}

/** The process table: every part of the platform in the order in which it is shown. */
export function describeParts(platform: Platform): PartDefinition[] {
  const stores = [
    ...(platform.external.database === undefined ? [postgresPart(platform)] : []),
    ...(platform.external.redis === undefined ? [redisPart(platform)] : []),
  ];
  const services = Object.entries(describeServices(platform)).map(([name, shape]) => {
    const needs = shape.needs.filter((store) => stores.some((part) => part.name === store));
    return servicePart(platform, name as ServiceName, { ...shape, needs });
  });
  const feed = platform.feed
    ? [
        feedPart(
          platform,
          services.map(({ name }) => name),
        ),
      ]
    : [];
  return [...stores, ...services, ...feed];
}

/**
 * What Node is started with for a service. A young generation of 8 MB from the start on saves a fifth of the start's time, which the
 * usual 1 MB spends on collecting, for some 6 MB a service. Under load it grows eightfold and stays so, which the registry gains nothing by:
 * at 8 MB it takes the same processor time for a request and 80 MB less.
 */
export function nodeOptions(name: ServiceName): string[] {
  const young = name === 'registry' ? ['--min-semi-space-size=8', '--max-semi-space-size=8'] : ['--min-semi-space-size=8'];
  return [...young, `--max-old-space-size=${HEAP_MB[name]}`];
}

/** A service as a program of Node. */
export function serviceArguments(name: ServiceName): string[] {
  return [...nodeOptions(name), serviceEntry(name)];
}

function servicePart(platform: Platform, name: ServiceName, shape: ServiceShape): PartDefinition {
  const { ports, folder } = platform;
  const logFile = `${folder.logs}/${name}.log`;
  const environment = { ...commonEnvironment(platform, name), ...shape.environment };
  return {
    name,
    tier: shape.tier,
    port: ports[name],
    needs: shape.needs,
    launch: () => startNodeProcess({ name, args: serviceArguments(name), environment, logFile }),
    askReady: () => askReady(managementPortOf(name, ports)),
    logFile,
  };
}

/** Simulated weigh stations, posting through the gateway as any station would. */
function feedPart(platform: Platform, needs: readonly string[]): PartDefinition {
  const logFile = `${platform.folder.logs}/feed.log`;
  const args = ['--max-old-space-size=96', Checkout.feed, '--sink', 'http', '--rate', '5'];
  const environment = {
    ...systemEnvironment(platform.environment),
    NODE_COMPILE_CACHE: Checkout.compileCache,
    LOG_FORMAT: 'json',
    FEED_URL: platform.address,
    FEED_CLIENT_ID: 'station',
    FEED_CLIENT_SECRET: platform.secrets.clients.station ?? '',
  };
  const launch = () => startNodeProcess({ name: 'feed', args, cwd: CHECKOUT, environment, logFile });
  return { name: 'feed', tier: 'source', port: undefined, needs, launch, askReady: undefined, logFile };
}

/** Every port that the platform is going to listen on. */
export function describePorts({ ports, external, outsideHost }: Pick<Platform, 'ports' | 'external' | 'outsideHost'>): PortUse[] {
  const inside = (port: number, user: string): PortUse => ({ port, user, hosts: [LOOPBACK] });
  return [
    // People write localhost, which may mean ::1: another program there would be taken for us.
    { port: ports.gateway, user: 'gateway', hosts: [...new Set([LOOPBACK, outsideHost, '::1'])] },
    inside(ports.gatewayManagement, 'gateway, for its management'),
    ...SERVICE_NAMES.filter((name) => name !== 'gateway').map((name) => inside(ports[name], name)),
    ...(external.consul === undefined ? [inside(ports.consul, 'registry, for Consul')] : []),
    ...(external.zipkin === undefined ? [inside(ports.zipkin, 'registry, for Zipkin')] : []),
    ...(external.database === undefined ? [inside(ports.postgres, 'PostgreSQL')] : []),
    ...(external.redis === undefined ? [inside(ports.redis, 'Redis')] : []),
  ];
}
