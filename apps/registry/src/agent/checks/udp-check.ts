import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { CheckDefinition } from '../../store/entries.js';
import type { CheckResult } from './check-result.js';
import { dialErrorText } from './dial-error.js';
import { splitHostPort } from './dial.js';

/** Passing unless the target says that nothing listens there: UDP answers nothing of itself. */
export async function probeUdp({ udp = '', timeoutMs = 0 }: CheckDefinition): Promise<CheckResult> {
  const success: CheckResult = { status: 'passing', output: `UDP connect ${udp}: Success` };
  const { promise, resolve, reject } = Promise.withResolvers<CheckResult>();
  const signal = AbortSignal.timeout(timeoutMs);
  const onTime = () => resolve(success);
  const { host, port } = splitHostPort(udp);
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.once('message', () => resolve(success));
  socket.once('error', reject);
  socket.connect(port, host, () => socket.send('', (error) => error && reject(error)));
  signal.addEventListener('abort', onTime, { once: true });
  try {
    return await promise;
  } catch (error) {
    return { status: 'critical', output: dialErrorText(error, udp, 'udp') };
  } finally {
    signal.removeEventListener('abort', onTime);
    socket.on('error', () => undefined);
    socket.close();
  }
}
