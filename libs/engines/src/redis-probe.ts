import { connect } from 'node:net';

const ANSWER_MS = 1_000;

/**
 * Asks a Redis server on the loopback address whether it serves.
 *
 * @returns `ready`; `refused` when the password is wrong (another's server); `busy` while it loads or cannot be reached
 */
export function probeRedis(port: number, password: string): Promise<'ready' | 'refused' | 'busy'> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    const finish = (outcome: 'ready' | 'refused' | 'busy') => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(ANSWER_MS, () => {
      finish('busy');
    });
    socket.on('error', () => {
      finish('busy');
    });
    socket.on('close', () => {
      finish('busy');
    });
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('+PONG')) finish('ready');
      else if (/-(WRONGPASS|NOAUTH|ERR AUTH)/.test(answer)) finish('refused');
      else if (answer.includes('-LOADING')) finish('busy');
    });
    socket.write(toCommand('AUTH', password) + toCommand('PING'));
  });
}

/** A command in the Redis serialization protocol: an array of bulk strings. */
function toCommand(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
