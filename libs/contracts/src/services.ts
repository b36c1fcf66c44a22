/**
 * The deployable parts and the ports they listen on when no offset is given.
 * The name is also the folder, the Consul service, the configuration prefix and the OpenTelemetry `service.name`.
 */
export const SERVICE_PORTS = {
  gateway: 8080,
  auth: 9100,
  system: 9200,
  statistics: 9300,
  dynamic: 9400,
  registry: 9500,
} as const;

/** The name of one of the platform's services. */
export type ServiceName = keyof typeof SERVICE_PORTS;

/** Every service name, in the order of the documents. */
export const SERVICE_NAMES = Object.keys(SERVICE_PORTS) as readonly ServiceName[];

/** Further ports: the gateway's own management, and what `registry` and the launcher open beside the services. */
export const PLATFORM_PORTS = {
  gatewayManagement: 8081,
  consul: 8500,
  zipkin: 9411,
  postgres: 15432,
  redis: 16379,
} as const;

/** How a service ends that cannot start until a person mends a setting or a file: EX_CONFIG of sysexits.h. */
export const EXIT_MISCONFIGURED = 78;

/** What a service tells whoever started it with an IPC channel: that it listens, or in one sentence why it does not. */
export type StartReport = { readonly listening: { readonly port: number; readonly managementPort: number } } | { readonly failed: string };

/** Keys of `Service.Meta` in a registration. Consul allows letters, digits, `-` and `_` only. */
export const ServiceMeta = {
  /** `"true"`: the gateway may route `/api/<service>/**` to this service. */
  GatewayExpose: 'gateway-expose',
  Version: 'version',
  /** Where the instance runs, for callers that prefer their own zone; Spring Cloud's word. */
  Zone: 'zone',
  /** Its share of the requests, before what `Service.Weights` says; Spring Cloud's word. */
  Weight: 'weight',
} as const;
