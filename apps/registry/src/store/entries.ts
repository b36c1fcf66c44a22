/** Indexes of an entry: of the write that created it and of the last that changed it. */
export interface Indexed {
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** What a caller gives of an entry; the indexes are the state's. */
export type Unindexed<T> = Omit<T, 'createIndex' | 'modifyIndex'>;

/** A key. `value` is base64, null when empty. `flags` is an unsigned 64-bit number in decimals. */
export interface KvEntry extends Indexed {
  readonly key: string;
  readonly value: string | null;
  readonly flags: string;
  readonly lockIndex: number;
  readonly session?: string;
}

/** What becomes of the keys that a session holds when it ends. */
export const SESSION_BEHAVIORS = ['release', 'delete'] as const;

export type SessionBehavior = (typeof SESSION_BEHAVIORS)[number];

/** Who may hold keys: it lives as long as its node and the checks that it stands on, or until nobody renews it. */
export interface SessionEntry extends Indexed {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  /** How long a key cannot be acquired after the session that held it has ended, in nanoseconds; as it was given. */
  readonly lockDelayNs: number;
  readonly behavior: SessionBehavior;
  /** As it was given, such as `30s`; empty = it need not be renewed. */
  readonly ttl: string;
  /** Ids of checks of its node that it stands on. */
  readonly nodeChecks: readonly string[] | null;
  /** Those of services, and the namespaces that were given with them. */
  readonly serviceChecks: readonly ServiceCheckRef[] | null;
  /** Those that an old client gave under the old name. */
  readonly checks?: readonly string[];
}

/** A check of a service that a session stands on. */
export interface ServiceCheckRef {
  readonly ID: string;
  readonly Namespace: string;
}

/** A machine of the cluster. */
export interface NodeEntry extends Indexed {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly taggedAddresses: Readonly<Record<string, string>>;
}

/** Address of a service under a name such as `lan` or `wan`. */
export interface ServiceAddress {
  readonly Address: string;
  readonly Port: number;
}

/** One instance of a service. */
export interface ServiceEntry extends Indexed {
  readonly node: string;
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly address: string;
  readonly taggedAddresses: Readonly<Record<string, ServiceAddress>>;
  readonly meta: Readonly<Record<string, string>>;
  readonly port: number;
  readonly weights: { readonly Passing: number; readonly Warning: number };
  readonly enableTagOverride: boolean;
  /** `connect-proxy` and its likes; absent for an ordinary service. */
  readonly kind?: string;
  readonly socketPath?: string;
  /** `Proxy` and `Connect` as they go over the wire; absent for an ordinary service. */
  readonly proxy?: Readonly<Record<string, unknown>>;
  readonly connect?: Readonly<Record<string, unknown>>;
  readonly locality?: { readonly Region: string; readonly Zone: string };
}

export const CHECK_STATUSES = ['passing', 'warning', 'critical'] as const;

export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** How a check comes to its status, all times in ms. */
export interface CheckDefinition {
  readonly ttlMs?: number;
  readonly http?: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
  readonly disableRedirects?: boolean;
  readonly tcp?: string;
  readonly tcpUseTls?: boolean;
  readonly tlsServerName?: string;
  readonly tlsSkipVerify?: boolean;
  readonly udp?: string;
  readonly grpc?: string;
  readonly grpcUseTls?: boolean;
  readonly h2ping?: string;
  /** With TLS unless it is false. */
  readonly h2pingUseTls?: boolean;
  /** This node when only a service is given. */
  readonly aliasNode?: string;
  readonly aliasService?: string;
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly deregisterAfterMs?: number;
  /** How often in a row something is found before it is told; 0 = at once. */
  readonly successBeforePassing?: number;
  readonly failuresBeforeWarning?: number;
  readonly failuresBeforeCritical?: number;
  /** What the check may say in bytes, where that is less than usual. */
  readonly outputMaxSize?: number;
}

/** A check of a service, or of a node when `serviceId` is empty. */
export interface CheckEntry extends Indexed {
  readonly node: string;
  readonly checkId: string;
  readonly name: string;
  readonly status: CheckStatus;
  readonly notes: string;
  readonly output: string;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly serviceTags: readonly string[];
  /** `ttl`, `http`, `tcp`; empty for a check that others set. */
  readonly type: string;
  readonly interval: string;
  readonly timeout: string;
  readonly definition: CheckDefinition;
  /** `Definition` of a check that is registered from outside and made there. */
  readonly external?: Readonly<Record<string, unknown>>;
}

/** A check as it is registered: the name and tags of its service are the service's own. */
export type CheckRegistration = Omit<Unindexed<CheckEntry>, 'serviceName' | 'serviceTags'>;
