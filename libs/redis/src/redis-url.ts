/** Where Redis is, as an URL says it. */
export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster';
  nodes: { host: string; port: number }[];
  username?: string;
  password?: string;
  database: number;
  /** Of Sentinel: the name of the monitored master. */
  master?: string;
  tls: boolean;
}

const SHAPE = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?#@]+)(?:\/([^?#]*))?$/;
const DEFAULT_PORTS = { single: 6379, cluster: 6379, sentinel: 26_379 };

/**
 * Reads `redis://`, `rediss://`, `redis+sentinel://` (hosts are the sentinels) and `redis+cluster://` addresses. Credentials are percent-encoded where needed.
 *
 * @returns undefined when the text is none
 */
export function parseRedisUrl(text: string): RedisAddress | undefined {
  const [, scheme, mode, username, password, hosts = '', path = ''] = SHAPE.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  const kind = mode === 'sentinel' || mode === 'cluster' ? mode : 'single';
  const nodes = hosts.split(',').map((host) => parseNode(host, DEFAULT_PORTS[kind]));
  const known = nodes.filter((node) => node !== undefined);
  if (known.length !== nodes.length || (kind === 'single' && nodes.length > 1)) return undefined;
  const target = parsePath(kind, path);
  if (target === undefined) return undefined;
  const credentials = { ...decode('username', username), ...decode('password', password) };
  return { kind, nodes: known, ...credentials, ...target, tls: scheme === 'rediss' };
}

function parseNode(text: string, defaultPort: number): { host: string; port: number } | undefined {
  const [, host, port] = /^([\w.-]+|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) < 1) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? defaultPort) };
}

/** `/3`; of Sentinel `/mymaster` or `/mymaster/3`; of a cluster nothing, as it has database 0 only. */
function parsePath(kind: RedisAddress['kind'], path: string): { database: number; master?: string } | undefined {
  if (kind === 'cluster') return path === '' || path === '0' ? { database: 0 } : undefined;
  const shape = kind === 'sentinel' ? /^(?<master>[\w.-]+)(?:\/(?<database>\d{1,4}))?$/ : /^(?<database>\d{1,4})?$/;
  const groups = shape.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const { master, database } = groups;
  return { database: Number(database ?? 0), ...(master !== undefined && { master }) };
}

function decode<K extends 'username' | 'password'>(key: K, encoded: string | undefined): Partial<Record<K, string>> {
  if (encoded === undefined || encoded === '') return {};
  try {
    return { [key]: decodeURIComponent(encoded) } as Partial<Record<K, string>>;
  } catch {
    // A lone % is meant as it stands.
    return { [key]: encoded } as Partial<Record<K, string>>;
  }
}
