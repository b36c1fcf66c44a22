import { connect } from 'node:net';

/** What came back for bytes written to a socket. */
export interface RawAnswer {
  /** 0 when nothing readable came. */
  status: number;
  text: string;
}

/**
 * Writes bytes to a server as they are and collects what it answers until it closes the connection, a first answer is whole, or nothing more
 * comes for a while.
 */
export function rawExchange(port: number, bytes: string, quietMs = 400): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    socket.setTimeout(quietMs, finish);
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', finish);
    socket.on('close', finish);
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}
