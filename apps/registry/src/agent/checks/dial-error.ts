const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

const NO_TLS = 'tls: first record does not look like a TLS handshake';
const UNKNOWN_AUTHORITY = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
const TLS_FAULTS: Readonly<Record<string, string>> = {
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
};

interface SystemError {
  readonly code?: string;
  readonly message: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly errors?: readonly unknown[];
}

/** An error of a connection in Consul's words, as far as it has its own: `dial tcp 127.0.0.1:1: connect: connection refused`. */
export function dialErrorText(error: unknown, target: string, network = 'tcp'): string {
  if (!isSystemError(error)) return String(error);
  // Several addresses were tried: the first tells it.
  const { code = '', message, address, port, hostname } = firstOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial ${network}: lookup ${hostname ?? target}: no such host`;
  const cause = CAUSES[code];
  if (cause !== undefined) return `dial ${network} ${address === undefined ? target : hostPort(address, port)}: ${cause}`;
  const fault = TLS_FAULTS[code];
  if (fault !== undefined) return fault;
  if (code === 'ECONNRESET') return message === 'socket hang up' ? 'EOF' : `read ${network} ${target}: read: connection reset by peer`;
  return message;
}

function firstOf(error: SystemError): SystemError {
  const [first] = error.errors ?? [];
  return isSystemError(first) ? first : error;
}

function hostPort(address: string, port: number | undefined): string {
  return address.includes(':') ? `[${address}]:${port ?? 0}` : `${address}:${port ?? 0}`;
}

function isSystemError(error: unknown): error is SystemError {
  return typeof error === 'object' && error !== null && 'message' in error;
}
