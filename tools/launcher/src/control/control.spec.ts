import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Failure } from '../failure.ts';
import { type DataFolder, dataFolderAt } from '../platform/data-folder.ts';
import { takeLock } from '../platform/lock.ts';
import { askLauncher } from './client.ts';
import type { ControlRequest } from './protocol.ts';
import { type ControlHandler, serveControl } from './server.ts';

describe('the control socket', () => {
  let parent: string;
  let folder: DataFolder;
  let close: (() => void) | undefined;
  const said: string[] = [];

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'control-'));
    folder = dataFolderAt(parent);
  });

  afterEach(async () => {
    close?.();
    close = undefined;
    said.length = 0;
    await rm(parent, { recursive: true });
  });

  const serve = async (handle: ControlHandler) => {
    await takeLock(folder);
    close = await serveControl(folder.controlSocket, handle);
  };
  const ask = (request: ControlRequest) => askLauncher(folder, request, (line) => said.push(line));

  it('hands a request on, what is said meanwhile, and the answer back', async () => {
    const requests: ControlRequest[] = [];
    await serve((request, say) => {
      requests.push(request);
      say('working');
      return Promise.resolve({ done: true });
    });
    await expect(ask({ command: 'restart', part: 'auth' })).resolves.toEqual({ running: true, status: undefined });
    expect(requests).toEqual([{ command: 'restart', part: 'auth' }]);
    expect(said).toEqual(['working']);
  });

  it('hands a failure back as its sentence', async () => {
    await serve(() => Promise.reject(new Failure('There is no part x.')));
    await expect(ask({ command: 'restart', part: 'x' })).rejects.toThrow('There is no part x.');
  });

  it('does not wait for ever for a launcher that hangs', async () => {
    const asked = Promise.withResolvers<undefined>();
    await serve(() => {
      asked.resolve(undefined);
      return new Promise(() => undefined);
    });
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const answer = expect(ask({ command: 'status' })).rejects.toThrow('The launcher has not answered for 5 s');
      await asked.promise;
      jest.advanceTimersByTime(5_000);
      await answer;
    } finally {
      jest.useRealTimers();
    }
  });

  it('can be used by its owner alone', async () => {
    await serve(() => Promise.resolve({ done: true }));
    expect((await stat(folder.controlSocket)).mode & 0o777).toBe(0o600);
  });

  it('works in a folder whose path is longer than a socket’s may be', async () => {
    folder = dataFolderAt(join(parent, 'x'.repeat(120)));
    mkdirSync(folder.root);
    await serve(() => Promise.resolve({ done: true }));
    await expect(ask({ command: 'stop' })).resolves.toMatchObject({ running: true });
  });

  it('is asked of nobody when no launcher holds the folder', async () => {
    await expect(ask({ command: 'status' })).resolves.toEqual({ running: false });
  });

  it('refuses what it does not know, and serves on', async () => {
    await serve(() => Promise.resolve({ done: true }));
    for (const line of ['{"command":"fly"}', 'no json', '[]']) {
      const socket = connect(folder.controlSocket);
      const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
      socket.write(`${line}\n`);
      expect(await answer).toMatch(/^\{"failed":/);
    }
    await expect(ask({ command: 'status' })).resolves.toMatchObject({ running: true });
  });
});
