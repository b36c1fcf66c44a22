import { ConsulError } from '../../http/consul-error.js';
import { any, int, struct, text } from '../decode/go-decode.js';

/** `Proxy` of a registration: what a proxy is in front of, and what only a mesh makes use of. */
export const PROXY_FIELDS = struct({
  name: '',
  type: 'struct',
  embedded: 'Alias.',
  fields: {
    DestinationServiceName: text,
    DestinationServiceID: text,
    LocalServiceAddress: text,
    LocalServicePort: int,
    LocalServiceSocketPath: text,
    Mode: text,
    Config: any,
    Upstreams: any,
    MeshGateway: any,
    Expose: any,
    TransparentProxy: any,
    EnvoyExtensions: any,
    AccessLogs: any,
  },
  aliases: {
    destination_service_name: 'DestinationServiceName',
    destination_service_id: 'DestinationServiceID',
    local_service_address: 'LocalServiceAddress',
    local_service_port: 'LocalServicePort',
    local_service_socket_path: 'LocalServiceSocketPath',
    mesh_gateway: 'MeshGateway',
    transparent_proxy: 'TransparentProxy',
    access_logs: 'AccessLogs',
  },
});

type ProxyFields = typeof PROXY_FIELDS.zero;

/** What a registration says that belongs to the service mesh. */
interface MeshFields {
  readonly Kind: string;
  readonly Port: number;
  readonly Ports: readonly unknown[];
  readonly SocketPath: string;
  readonly Proxy: ProxyFields | undefined;
  readonly Connect: { readonly Native: boolean; readonly SidecarService: unknown } | undefined;
}

const GATEWAYS = new Set(['mesh-gateway', 'terminating-gateway', 'ingress-gateway', 'api-gateway']);
const PROXY = 'connect-proxy';

/**
 * Takes what says which service is a proxy of which; what needs a mesh that works is refused, since there is none.
 *
 * @throws ConsulError 400 with Consul's texts where it refuses as well
 */
export function refuseMesh(fields: MeshFields): void {
  const faults = [...proxyFaults(fields), ...portFaults(fields)];
  if (faults.length > 0) {
    const count = faults.length === 1 ? '1 error' : `${faults.length} errors`;
    throw new ConsulError(400, `Validation failed: ${count} occurred:\n${faults.map((fault) => `\t* ${fault}\n`).join('')}\n`);
  }
  if (fields.Connect?.SidecarService !== undefined) {
    throw new ConsulError(400, 'Connect.SidecarService is not supported: this agent has no mesh');
  }
  if (fields.Ports.length > 0) throw new ConsulError(400, 'Ports is not supported by this agent: give one Port');
}

function proxyFaults({ Kind, Port, SocketPath, Proxy }: MeshFields): string[] {
  if (Kind !== PROXY) return [];
  const hasDestination = Proxy !== undefined && Proxy.DestinationServiceName !== '';
  return [
    ...(Port === 0 && SocketPath === '' ? [`Port or SocketPath must be set for a ${PROXY}`] : []),
    ...(hasDestination ? [] : ['Proxy.DestinationServiceName must be non-empty for Connect proxy services']),
  ];
}

function portFaults({ Kind, Port, SocketPath, Connect }: MeshFields): string[] {
  if (GATEWAYS.has(Kind) && Port === 0) return [`Port must be non-zero for a ${Kind}`];
  const isUnreachable = Connect?.Native === true && Port === 0 && SocketPath === '';
  return isUnreachable ? ['Port or SocketPath must be set for a Connect native service.'] : [];
}

/** `Proxy` of a proxy or gateway as it goes over the wire; undefined for a service of another kind. */
export function proxyOf({ Kind, Proxy = PROXY_FIELDS.zero }: MeshFields): Readonly<Record<string, unknown>> | undefined {
  if (Kind !== PROXY && !GATEWAYS.has(Kind)) return undefined;
  const { DestinationServiceName, DestinationServiceID, LocalServiceAddress, LocalServicePort, LocalServiceSocketPath } = Proxy;
  const given = { DestinationServiceName, DestinationServiceID, LocalServiceAddress, LocalServicePort, LocalServiceSocketPath };
  const entries = Object.entries(given).filter(([, value]) => value !== '' && value !== 0);
  return { ...Object.fromEntries(entries), MeshGateway: {}, Expose: {} };
}
