import { SERVICE_NAMES } from '@app/contracts';
import type { DataFolder } from './data-folder.ts';
import { asRole, DATABASE_NAME } from './database.ts';
import { type ExternalServers, toHttpUrl } from './external.ts';
import { managementPortOf, type Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';

/** Everything that the process table is made from. */
export interface Platform {
  folder: DataFolder;
  secrets: Secrets;
  portOffset: number;
  ports: Ports;
  external: ExternalServers;
  /** Where people go: scheme, name and port. */
  address: string;
  /** What the gateway listens on. Everything else listens on the loopback address alone. */
  outsideHost: string;
  /** Whether the simulated feed runs. */
  feed: boolean;
  /** The Redis program, when Redis is ours to start. */
  redisProgram: string | undefined;
  /** The variables that we were started with. */
  environment: Readonly<Record<string, string | undefined>>;
}

export const LOOPBACK = '127.0.0.1';

/** Where the services find the stores and the registry. */
export interface Connections {
  /** An administrator's. */
  database: string;
  redis: string;
  authRedis: string;
  streamRedis: string;
  consul: string;
  zipkin: string;
}

/** The addresses of the stores and the registry, ours or others'. */
export function connectionsOf({ ports, secrets, external }: Pick<Platform, 'ports' | 'secrets' | 'external'>): Connections {
  const redis = external.redis ?? `redis://default:${secrets.redis}@${LOOPBACK}:${ports.redis}`;
  return {
    database: external.database ?? `postgres://postgres:${secrets.postgresSuperuser}@${LOOPBACK}:${ports.postgres}/${DATABASE_NAME}`,
    redis,
    authRedis: external.authRedis ?? redis,
    streamRedis: external.streamRedis ?? redis,
    consul: external.consul ?? `http://${LOOPBACK}:${ports.consul}`,
    zipkin: external.zipkin ?? `http://${LOOPBACK}:${ports.zipkin}`,
  };
}

/** Where people and programs reach the Consul API: the registry's, or that of others. */
export function consulAddressOf(platform: Pick<Platform, 'ports' | 'secrets' | 'external'>): string {
  return toHttpUrl(connectionsOf(platform).consul);
}

/** A service's own way into the database. */
export function databaseOf(service: string, { database }: Connections, { postgresRoles }: Secrets): string {
  return asRole(database, service, postgresRoles[service] ?? '');
}

/** What is kept of a start for those who ask later. */
export function settingsOf(platform: Platform): Settings {
  const { ports, address, portOffset } = platform;
  const connections = connectionsOf(platform);
  const own = (port: number) => `http://${LOOPBACK}:${port}`;
  return {
    portOffset,
    address,
    issuer: address,
    services: {
      consul: consulAddressOf(platform),
      zipkin: connections.zipkin,
      ...Object.fromEntries(SERVICE_NAMES.map((name) => [name, own(managementPortOf(name, ports))])),
    },
    database: connections.database,
    redis: connections.redis,
  };
}
