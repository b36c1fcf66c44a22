/** Names of the platform's own span attributes (OpenTelemetry semantic conventions where they have one). */
export const Attribute = {
  HttpMethod: 'http.request.method',
  HttpRoute: 'http.route',
  HttpStatus: 'http.response.status_code',
  UrlPath: 'url.path',
  ClientAddress: 'client.address',
  ServerAddress: 'server.address',
  ServerPort: 'server.port',
  ErrorType: 'error.type',
  RequestId: 'causeway.request_id',
} as const;

/** Names of the metrics that every service has. */
export const MetricName = {
  HttpServerDuration: 'http_server_request_duration_seconds',
} as const;

/** The name under which the platform's own spans are made. */
export const TRACER_NAME = 'causeway';
