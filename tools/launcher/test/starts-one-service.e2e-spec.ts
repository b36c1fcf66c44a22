import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@app/engines';
import { CHECKOUT } from '../src/checkout.ts';
import { findProcessesOf, npm, runInForeground } from './support/launcher.ts';

describe('npm run start:<service>', () => {
  it('runs one service alone, with the settings of the environment, until Ctrl-C', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'causeway one service '));
    const [service, consul, zipkin] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const run = runInForeground(['npm', 'run', 'start:registry', '--', '--data', join(folder, 'none')], CHECKOUT, {
      SERVICE_PORT: String(service),
      CONSUL_PORT: String(consul),
      ZIPKIN_PORT: String(zipkin),
      CONSUL_HTTP_ADDR: `http://127.0.0.1:${consul}`,
      REGISTRY_DATA_DIR: join(folder, 'registry'),
    });
    await run.prints('registry listens');
    expect((await fetch(`http://127.0.0.1:${service}/health/live`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${consul}/v1/status/leader`)).status).toBe(200);
    run.child.kill('SIGINT');
    await run.ended;
    expect(run.output()).toContain('Stopped');
    expect(findProcessesOf(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  }, 60_000);

  it('says what a service lacks that was given nothing', async () => {
    const { code, stdout, stderr } = await npm(
      'run',
      '--silent',
      'start:auth',
      '--',
      '--data',
      join(tmpdir(), 'there-is-no-platform-here'),
    );
    expect(code).toBe(78);
    expect(stdout + stderr).toContain('auth.encryptionKey (not set): is required (environment variable AUTH_ENCRYPTION_KEY)');
  }, 60_000);
});
