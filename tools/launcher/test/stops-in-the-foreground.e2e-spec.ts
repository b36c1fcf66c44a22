import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlatformStatus } from '../src/control/protocol.ts';
import { findFreeOffset, npm, startInForeground, untilGone } from './support/launcher.ts';

describe('a platform in the foreground', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'causeway-foreground-'));
  });

  afterEach(async () => {
    await npm('stop', '--', '--data', data);
    await rm(data, { recursive: true });
  });

  const status = async () => JSON.parse((await npm('run', '--silent', 'status', '--', '--json', '--data', data)).stdout) as PlatformStatus;

  it('runs with its feed, and stops everything when npm is asked to end', async () => {
    const run = startInForeground('--data', data, '--port-offset', String(await findFreeOffset()));
    await run.prints('Causeway is running');
    const leaders = (await status()).parts.map(({ pid }) => pid!);
    expect((await status()).parts.find(({ name }) => name === 'feed')?.state).toBe('healthy');
    run.child.kill('SIGINT');
    await run.ended;
    expect(run.output()).toContain('Stopping (Ctrl-C).');
    expect(run.output()).toContain(`Everything is stopped; the data stays in ${data}`);
    await untilGone(leaders);
  }, 180_000);

  it('takes back what it has started when it is stopped half-way', async () => {
    const run = startInForeground('--data', data, '--port-offset', String(await findFreeOffset()), '--no-feed');
    await run.prints('redis');
    const leaders = (await status()).parts.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    expect(leaders.length).toBeGreaterThan(0);
    run.child.kill('SIGTERM');
    await run.ended;
    await untilGone(leaders);
    expect(run.output()).toContain('Everything is stopped');
  }, 120_000);
});
