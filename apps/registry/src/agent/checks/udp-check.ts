import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { CheckDefinition } from '../../store/entries.js';
import type { CheckResult } from './check-result.js';
import { dialErrorText } from './dial-error.js';
import { splitHostPort } from './dial.js';

/** Passing unless the target says that nothing listens there: UDP answers nothing of itself. */
export async function probeUdp({ udp = '' }: CheckDefinition, signal: AbortSignal): Promise<CheckResult> {
  try {
    const { host, port } = splitHostPort(udp, 'udp');
    // Node refuses it, and nothing listens there.
    if (port === 0) throw new Error(`dial udp ${udp}: connect: connection refused`);
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    try {
      await answerOf(socket, { host, port, signal });
    } finally {
      socket.on('error', () => undefined);
      socket.close();
    }
    return { status: 'passing', output: `UDP connect ${udp}: Success` };
  } catch (error) {
    return { status: 'critical', output: dialErrorText(error, udp, 'udp') };
  }
}

/** Sends nothing, and resolves at an answer or when none has come in time. */
async function answerOf(socket: Socket, { host, port, signal }: { host: string; port: number; signal: AbortSignal }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let isSent = false;
  // Silence is well only of a target that was found and asked.
  const onTime = () => (isSent ? resolve(undefined) : reject(new Error(`dial udp ${host}:${port}: i/o timeout`)));
  signal.addEventListener('abort', onTime, { once: true });
  if (signal.aborted) onTime();
  const onFault = (fault?: Error | null) => {
    if (fault !== undefined && fault !== null) reject(fault);
  };
  socket.once('message', () => resolve(undefined));
  socket.once('error', reject);
  // With a callback of its own, a failed connect would call that one with the error, and whatever throws in it ends the process.
  socket.once('connect', () => {
    isSent = true;
    try {
      socket.send('', onFault);
    } catch (error) {
      reject(error);
    }
  });
  try {
    socket.connect(port, host);
    await promise;
  } finally {
    signal.removeEventListener('abort', onTime);
  }
}
