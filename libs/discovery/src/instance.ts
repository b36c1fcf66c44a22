/** One running copy of a service, as the registry knows it. */
export interface Instance {
  /** Unique in the registry: `<service>-<address>-<port>`. */
  readonly id: string;
  readonly service: string;
  readonly address: string;
  readonly port: number;
  readonly meta: Readonly<Record<string, string>>;
}

/** `http://address:port`; an IPv6 address in brackets (RFC 3986 section 3.2.2). */
export function originOf({ address, port }: Pick<Instance, 'address' | 'port'>): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** The part of an entry of `GET /v1/health/service/:name` that is used. */
export interface HealthEntry {
  Node: { Address: string };
  Service: { ID: string; Service: string; Address: string; Port: number; Meta: Record<string, string> | null };
}

/** An entry of the registry as an instance; without an address of its own it has its node's. */
export function toInstance({ Node, Service }: HealthEntry): Instance {
  return {
    id: Service.ID,
    service: Service.Service,
    address: Service.Address === '' ? Node.Address : Service.Address,
    port: Service.Port,
    meta: Service.Meta ?? {},
  };
}
