import { Failure } from '../failure.ts';

/** Servers that already run elsewhere and are used instead of our own. */
export interface ExternalServers {
  /** An administrator's address: the services' roles and schemas are made through it. */
  database: string | undefined;
  redis: string | undefined;
  authRedis: string | undefined;
  streamRedis: string | undefined;
  /** As given: an address, or `host:port` as Consul's own tools take it. */
  consul: string | undefined;
  /** Empty: tracing is off. */
  zipkin: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads which servers are given.
 *
 * @throws Failure that names the variable whose value is no address
 */
export function readExternalServers(environment: Environment): ExternalServers {
  const redis = (name: string) => readUrl(environment, name, ['redis:', 'rediss:', 'redis+sentinel:', 'redis+cluster:']);
  const consul = nonEmpty(environment.CONSUL_HTTP_ADDR);
  if (consul !== undefined && !URL.canParse(toHttpUrl(consul)))
    throw new Failure('CONSUL_HTTP_ADDR is no address such as http://127.0.0.1:8500.');
  return {
    database: readUrl(environment, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    redis: redis('REDIS_URL'),
    authRedis: redis('AUTH_REDIS_URL'),
    streamRedis: redis('STREAM_REDIS_URL'),
    consul,
    zipkin: environment.ZIPKIN_URL === '' ? '' : readUrl(environment, 'ZIPKIN_URL', ['http:', 'https:']),
  };
}

/** Never says the value: it may hold a password. */
function readUrl(environment: Environment, name: string, protocols: readonly string[]): string | undefined {
  const value = nonEmpty(environment[name]);
  if (value === undefined) return undefined;
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol) && namesHost(new URL(value))) return value.replace(/\/+$/, '');
  throw new Failure(`${name} is no address of the form ${protocols[0] ?? ''}//…`);
}

/** PostgreSQL's addresses may name a folder of sockets as a parameter instead. */
function namesHost({ hostname, searchParams }: URL): boolean {
  return hostname !== '' || searchParams.has('host');
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Consul's tools take `host:port`; everything else wants an address. */
export function toHttpUrl(address: string): string {
  return /^https?:\/\//.test(address) ? address : `http://${address}`;
}
