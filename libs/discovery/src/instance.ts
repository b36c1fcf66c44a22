/** One running copy of a service, as the registry knows it. */
export interface Instance {
  /** Unique in the registry: `<node>/<ID>`, as every node gives out its own IDs. */
  readonly id: string;
  readonly service: string;
  readonly address: string;
  readonly port: number;
  readonly meta: Readonly<Record<string, string>>;
  /** Its share of the requests, relative to the others'; 0 = only where there is no other. */
  readonly weight: number;
}

/** `http://address:port`; an IPv6 address in brackets (RFC 3986 section 3.2.2). */
export function originOf({ address, port }: Pick<Instance, 'address' | 'port'>): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
