import { any, bool, type GoType, int, listOf, mapOf, struct, text, textAs } from '../../go/decode.js';
import { multiErrorText } from '../../go/multi-error.js';
import { isEmpty, omitEmpty } from '../../go/omit-empty.js';
import { ConsulError } from '../../http/consul-error.js';

const CONFIG = mapOf(any, 'map[string]interface {}');
const MESH_GATEWAY = struct({ name: '', type: 'structs.MeshGatewayConfig', fields: { Mode: textAs('structs.MeshGatewayMode') } });
const TRANSPARENT_PROXY = struct({
  name: '',
  type: 'structs.TransparentProxyConfig',
  fields: { OutboundListenerPort: int, DialedDirectly: bool },
});

const EXPOSE_PATH = struct({
  name: '',
  type: 'struct { ListenerPortSnake int "json:\"listener_port\""; LocalPathPortSnake int "json:\"local_path_port\""; ParsedFromCheckSnake bool "json:\"parsed_from_check\""; *structs.Alias }',
  embedded: 'Alias.',
  fields: { ListenerPort: int, Path: text, LocalPathPort: int, Protocol: text, ParsedFromCheck: bool },
  aliases: { listener_port: 'ListenerPort', local_path_port: 'LocalPathPort', parsed_from_check: 'ParsedFromCheck' },
});
const EXPOSE = struct({
  name: '',
  type: 'structs.ExposeConfig',
  fields: { Checks: bool, Paths: listOf(EXPOSE_PATH, '[]structs.ExposePath') },
});
const ACCESS_LOGS = struct({
  name: '',
  type: 'structs.AccessLogsConfig',
  fields: {
    Enabled: bool,
    DisableListenerLogs: bool,
    Type: textAs('structs.LogSinkType'),
    Path: text,
    JSONFormat: text,
    TextFormat: text,
  },
});

const UPSTREAM = struct({
  name: '',
  type: 'structs.Upstream',
  embedded: 'Alias.',
  fields: {
    DestinationType: text,
    DestinationPartition: text,
    DestinationNamespace: text,
    DestinationPeer: text,
    DestinationName: text,
    Datacenter: text,
    LocalBindAddress: text,
    LocalBindPort: int,
    LocalBindSocketPath: text,
    LocalBindSocketMode: text,
    Config: CONFIG,
    MeshGateway: MESH_GATEWAY,
  },
  aliases: {
    destination_type: 'DestinationType',
    destination_partition: 'DestinationPartition',
    destination_namespace: 'DestinationNamespace',
    destination_peer: 'DestinationPeer',
    destination_name: 'DestinationName',
    local_bind_address: 'LocalBindAddress',
    local_bind_port: 'LocalBindPort',
    local_bind_socket_path: 'LocalBindSocketPath',
    local_bind_socket_mode: 'LocalBindSocketMode',
    mesh_gateway: 'MeshGateway',
  },
});

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
    Mode: textAs('structs.ProxyMode'),
    Config: CONFIG,
    Upstreams: listOf(UPSTREAM, 'structs.Upstreams'),
    MeshGateway: MESH_GATEWAY,
    Expose: EXPOSE,
    TransparentProxy: TRANSPARENT_PROXY,
    EnvoyExtensions: any,
    AccessLogs: ACCESS_LOGS,
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
  isSelfRead: true,
});

type ValueOf<T> = T extends GoType<infer V> ? V : never;
type ProxyFields = ValueOf<typeof PROXY_FIELDS>;

/** What a registration says that belongs to the service mesh. */
interface MeshFields {
  readonly Kind: string;
  readonly Port: number;
  readonly Ports: readonly unknown[];
  readonly SocketPath: string;
  readonly Proxy: ProxyFields | undefined;
  readonly Connect: { readonly Native: boolean; readonly SidecarService: unknown } | undefined;
}

const PROXY = 'connect-proxy';
const GATEWAYS_WITH_PORTS = ['mesh-gateway', 'terminating-gateway'];
const GATEWAYS = new Set([...GATEWAYS_WITH_PORTS, 'ingress-gateway', 'api-gateway']);
/** What only a proxy says: a gateway stands in front of no service. */
const OF_PROXIES = [
  'DestinationServiceName',
  'DestinationServiceID',
  'LocalServiceAddress',
  'LocalServicePort',
  'LocalServiceSocketPath',
  'Upstreams',
] as const;

/**
 * Takes what says which service is a proxy of which; what needs a mesh that works is refused, since there is none.
 *
 * @throws ConsulError 400 with Consul's texts where it refuses as well
 */
export function refuseMesh(fields: MeshFields): void {
  const faults = meshFaults(fields);
  if (faults.length > 0) throw new ConsulError(400, `Validation failed: ${multiErrorText(faults)}`);
  if (fields.Connect?.SidecarService !== undefined) {
    throw new ConsulError(400, 'Connect.SidecarService is not supported: this agent has no mesh');
  }
  if (fields.Ports.length > 0) throw new ConsulError(400, 'Ports is not supported by this agent: give one Port');
}

/** What Consul says, wherever a service is registered, of one that a mesh could not make use of. */
export function meshFaults(fields: MeshFields): string[] {
  const { Port, SocketPath, Connect } = fields;
  const isUnreachable = Connect?.Native === true && Port === 0 && SocketPath === '';
  return [
    ...proxyFaults(fields),
    ...gatewayFaults(fields),
    ...(isUnreachable ? ['Port or SocketPath must be set for a Connect native service.'] : []),
  ];
}

function proxyFaults({ Kind, Port, SocketPath, Proxy, Connect }: MeshFields): string[] {
  if (Kind !== PROXY) return [];
  const destination = Proxy?.DestinationServiceName.trim() ?? '';
  return [
    ...(Port === 0 && SocketPath === '' ? [`Port or SocketPath must be set for a ${PROXY}`] : []),
    ...(destination === '' ? ['Proxy.DestinationServiceName must be non-empty for Connect proxy services'] : []),
    ...(destination === '*' ? ['Proxy.DestinationServiceName must not be a wildcard for Connect proxy services'] : []),
    ...(Connect?.Native === true ? ['A Proxy cannot also be Connect Native, only typical services'] : []),
  ];
}

function gatewayFaults({ Kind, Port, Proxy, Connect }: MeshFields): string[] {
  if (!GATEWAYS.has(Kind)) return [];
  const misplaced = OF_PROXIES.filter((name) => Proxy !== undefined && !isEmpty(Proxy[name]));
  return [
    ...(Port === 0 && GATEWAYS_WITH_PORTS.includes(Kind) ? [`Port must be non-zero for a ${Kind}`] : []),
    ...(Connect?.SidecarService === undefined ? [] : [`A ${Kind} cannot have a sidecar service defined`]),
    ...misplaced.map((name) => `The Proxy.${name} configuration is invalid for a ${Kind}`),
  ];
}

/** Whether services of this kind are part of the mesh: the agent shows `Proxy` of these alone. */
export function isOfMesh(kind: string | undefined): boolean {
  return kind !== undefined && (kind === PROXY || GATEWAYS.has(kind));
}

/** `Proxy` of a service of this agent. Undefined for a service that says nothing of it and is no proxy. */
export function proxyOf({ Kind, Proxy }: MeshFields): Readonly<Record<string, unknown>> | undefined {
  if (Proxy === undefined && !isOfMesh(Kind)) return undefined;
  const { Upstreams, ...fields } = Proxy ?? PROXY_FIELDS.zero;
  const typed = Upstreams.map((upstream) => ({ ...upstream, DestinationType: upstream.DestinationType || 'service' }));
  return proxyJson({ ...fields, Upstreams: typed });
}

/** `Proxy` as it goes over the wire: what is empty is left out. */
export function proxyJson(fields: ProxyFields): Readonly<Record<string, unknown>> {
  const { Upstreams, MeshGateway, Expose, ...plain } = fields;
  const paths = Expose.Paths.map(omitEmpty);
  const [TransparentProxy, AccessLogs] = [omitEmpty(plain.TransparentProxy), omitEmpty(plain.AccessLogs)];
  return {
    // What extends Envoy is shown by nobody.
    ...omitEmpty({ ...plain, TransparentProxy, AccessLogs, EnvoyExtensions: undefined }),
    ...(Upstreams.length > 0 && { Upstreams: Upstreams.map(upstreamJson) }),
    MeshGateway: omitEmpty(MeshGateway),
    Expose: { ...omitEmpty({ Checks: Expose.Checks }), ...(paths.length > 0 && { Paths: paths }) },
  };
}

function upstreamJson({ MeshGateway, ...plain }: ValueOf<typeof UPSTREAM>) {
  return { ...omitEmpty(plain), MeshGateway: omitEmpty(MeshGateway) };
}
