import type { CheckDefinition } from '../../store/entries.js';
import type { CheckResult } from './check-result.js';
import { dialErrorText } from './dial-error.js';
import { dial, DialTimeoutError } from './dial.js';

/** Passing while a connection can be made, with `TCPUseTLS` while its handshake succeeds. */
export async function probeTcp(definition: CheckDefinition, signal: AbortSignal): Promise<CheckResult> {
  const { tcp = '', tcpUseTls, tlsSkipVerify = false, tlsServerName } = definition;
  try {
    const tls = tcpUseTls === true ? { skipVerify: tlsSkipVerify, serverName: tlsServerName } : undefined;
    const socket = await dial({ target: tcp, signal, ...(tls !== undefined && { tls }) });
    socket.destroy();
    return { status: 'passing', output: `TCP connect ${tcp}: Success` };
  } catch (error) {
    // Consul says no more of a handshake that does not end.
    const isHandshake = tcpUseTls === true && error instanceof DialTimeoutError;
    return { status: 'critical', output: isHandshake ? 'context deadline exceeded' : dialErrorText(error, tcp) };
  }
}
