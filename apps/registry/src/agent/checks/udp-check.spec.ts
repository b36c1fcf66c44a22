import { createSocket, type Socket } from 'node:dgram';
import type { CheckDefinition } from '../../store/entries.js';
import { type Probe, probeGuarded } from './guarded-probe.js';
import { probeUdp } from './udp-check.js';

const inTime = (probe: Probe, definition: CheckDefinition) => probeGuarded(probe, definition, new AbortController());

describe(probeUdp.name, () => {
  let target: Socket | undefined;

  afterEach(() => {
    target?.close();
    target = undefined;
  });

  async function listen(onMessage: (socket: Socket, port: number) => void): Promise<string> {
    const socket = createSocket('udp4');
    target = socket;
    socket.on('message', (_, { port }) => onMessage(socket, port));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return `127.0.0.1:${socket.address().port}`;
  }

  it('passes at an answer, and when none comes in time', async () => {
    const udp = await listen((socket, port) => socket.send('x', port, '127.0.0.1'));
    const success = { status: 'passing', output: `UDP connect ${udp}: Success` };
    expect(await inTime(probeUdp, { udp, timeoutMs: 60_000 })).toEqual(success);
    target?.removeAllListeners('message');
    expect(await inTime(probeUdp, { udp, timeoutMs: 50 })).toEqual(success);
  });

  it.each([
    ['no-such-host.invalid:9', 'dial udp: lookup no-such-host.invalid: no such host'],
    ['nonsense', 'dial udp: address nonsense: missing port in address'],
    ['1:2:3', 'dial udp: address 1:2:3: too many colons in address'],
    ['[::1', "dial udp: address [::1: missing ']' in address"],
    ['[::1]', 'dial udp: address [::1]: missing port in address'],
    ['127.0.0.1:99999', 'dial udp: address 99999: invalid port'],
    ['127.0.0.1:-1', 'dial udp: address -1: invalid port'],
    ['127.0.0.1:none', 'dial udp: lookup udp/none: unknown port'],
    ['127.0.0.1:0', 'dial udp 127.0.0.1:0: connect: connection refused'],
  ])('is critical for %s, which cannot be reached', async (udp, output) => {
    expect(await inTime(probeUdp, { udp, timeoutMs: 20_000 })).toEqual({ status: 'critical', output });
  });

  it('is critical when nothing listens', async () => {
    const udp = await listen(() => undefined);
    target?.close();
    target = undefined;
    expect(await inTime(probeUdp, { udp, timeoutMs: 20_000 })).toEqual({
      status: 'critical',
      output: `dial udp ${udp}: connect: connection refused`,
    });
  });
});
