import type { ServiceName } from '@app/contracts';
import { Checkout } from '../checkout.ts';
import { connectionsOf, databaseOf, LOOPBACK, type Platform } from './platform.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a program needs of the system; nothing else of our own environment reaches a part. */
const OF_THE_SYSTEM = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'] as const;

/** What a person may set for all services. */
const FOR_ALL_SERVICES = ['PROFILE', 'LOG_LEVEL', 'CONSUL_HTTP_TOKEN'] as const;

/** The variables of a program that is no service. */
export function systemEnvironment(environment: Environment): Record<string, string> {
  return pick(environment, (name) => (OF_THE_SYSTEM as readonly string[]).includes(name));
}

/** What every service is given; its own settings from outside (`STATISTICS_...` for statistics) go with it. */
export function commonEnvironment(platform: Platform, name: ServiceName): Record<string, string> {
  const { environment, ports, address } = platform;
  const { consul, zipkin } = connectionsOf(platform);
  return {
    ...systemEnvironment(environment),
    ...pick(environment, (variable) => (FOR_ALL_SERVICES as readonly string[]).includes(variable) || isOwnedBy(name, variable)),
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: Checkout.compileCache,
    SUPERVISED: '1',
    SERVICE_PORT: String(ports[name]),
    SERVICE_HOST: LOOPBACK,
    SERVICE_ADDRESS: LOOPBACK,
    PUBLIC_URL: address,
    CONSUL_HTTP_ADDR: consul,
    ZIPKIN_URL: zipkin,
    CONFIG_DIR: Checkout.config,
    LOG_FORMAT: 'json',
  };
}

/** A service's role in the database, and nobody else's. */
export function databaseEnvironment(platform: Platform, name: ServiceName): Record<string, string> {
  return { DATABASE_URL: databaseOf(name, connectionsOf(platform), platform.secrets) };
}

/** @param use which of the three Redis uses the service has besides the default */
export function redisEnvironment(platform: Platform, use?: 'auth' | 'stream'): Record<string, string> {
  const { redis, authRedis, streamRedis } = connectionsOf(platform);
  return {
    REDIS_URL: redis,
    ...(use === 'auth' && { AUTH_REDIS_URL: authRedis }),
    ...(use === 'stream' && { STREAM_REDIS_URL: streamRedis }),
  };
}

/** `AUTH_REDIS_URL` and its like name a server, and are handed on as such. */
function isOwnedBy(name: ServiceName, variable: string): boolean {
  return variable.startsWith(`${name.toUpperCase()}_`) && variable !== 'AUTH_REDIS_URL';
}

function pick(environment: Environment, isWanted: (name: string) => boolean): Record<string, string> {
  const wanted = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && isWanted(entry[0]));
  return Object.fromEntries(wanted);
}
