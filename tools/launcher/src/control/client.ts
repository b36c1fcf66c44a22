import { createConnection } from 'node:net';
import { Failure, systemCode } from '../failure.ts';
import type { Say } from '../output.ts';
import type { DataFolder } from '../platform/data-folder.ts';
import { findHolder } from '../platform/lock.ts';
import { ANSWER_WITHIN_MS, type ControlAnswer, type ControlRequest, type PlatformStatus } from './protocol.ts';
import { withSocketPath } from './socket-path.ts';

/** What came of a request. */
export type ControlResult = { running: false } | { running: true; status: PlatformStatus | undefined };

const NOBODY_LISTENS = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR']);

/**
 * Asks the launcher that works on a data folder.
 *
 * @param say told what the launcher says meanwhile
 * @returns `running: false` when there is none
 * @throws Failure with the launcher's own sentence when it could not do it, or ours when it does not answer in time
 */
export async function askLauncher(folder: DataFolder, request: ControlRequest, say: Say): Promise<ControlResult> {
  const holder = await findHolder(folder);
  if (holder === undefined) return { running: false };
  try {
    const { status } = await exchange(folder.controlSocket, request, say);
    return { running: true, status };
  } catch (error) {
    if (NOBODY_LISTENS.has(systemCode(error) ?? '')) {
      throw new Failure(`The launcher on ${folder.root} (process ${holder.pid}) is just starting or ending: try again in a moment.`);
    }
    if (systemCode(error) === 'EACCES') throw new Failure(`${folder.root} belongs to another user.`);
    throw error;
  }
}

function exchange(path: string, request: ControlRequest, say: Say): Promise<{ status?: PlatformStatus }> {
  return new Promise((resolve, reject) => {
    const socket = withSocketPath(path, (short) => createConnection(short));
    let text = '';
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) take(JSON.parse(line) as ControlAnswer);
    });
    const take = (answer: ControlAnswer) => {
      if ('say' in answer) say(answer.say);
      else if ('failed' in answer) reject(new Failure(answer.failed));
      else resolve(answer);
    };
    const timer = setTimeout(() => {
      reject(
        new Failure(
          `The launcher has not answered for ${ANSWER_WITHIN_MS[request.command] / 1000} s: look at its log with npm run logs -- launcher.`,
        ),
      );
      socket.destroy();
    }, ANSWER_WITHIN_MS[request.command]);
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Failure('The launcher ended before it answered.'));
    });
  });
}
