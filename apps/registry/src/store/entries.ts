/** Indexes of an entry: of the write that created it and of the last that changed it. */
export interface Indexed {
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** A key. `value` is base64, null when empty. `flags` is an unsigned 64-bit number in decimals. */
export interface KvEntry extends Indexed {
  readonly key: string;
  readonly value: string | null;
  readonly flags: string;
  readonly lockIndex: number;
  readonly session?: string;
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
  readonly tcp?: string;
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly deregisterAfterMs?: number;
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
}
