import { connect } from 'node:net';

const ANSWER_MS = 1_000;

/**
 * Asks a Redis server on the loopback address whether it serves.
 *
 * @returns false while it loads or cannot be reached, or when the password is wrong (another's server)
 */
export function isRedisReady(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    const finish = (isReady: boolean) => {
      socket.destroy();
      resolve(isReady);
    };
    socket.setTimeout(ANSWER_MS, () => {
      finish(false);
    });
    socket.on('error', () => {
      finish(false);
    });
    socket.on('close', () => {
      finish(false);
    });
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('+PONG')) finish(true);
      else if (/-(WRONGPASS|NOAUTH|ERR AUTH|LOADING)/.test(answer)) finish(false);
    });
    socket.write(toCommand('AUTH', password) + toCommand('PING'));
  });
}

/** A command in the Redis serialization protocol: an array of bulk strings. */
function toCommand(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
