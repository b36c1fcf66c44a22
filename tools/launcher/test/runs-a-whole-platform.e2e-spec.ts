import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@app/contracts';
import type { Credentials } from '../src/commands/credentials.ts';
import type { PlatformStatus } from '../src/control/protocol.ts';
import { type Ports, portsAt } from '../src/platform/ports.ts';
import { eventually, findFreeOffset, findSessionMembers, npm, untilGone } from './support/launcher.ts';

/** Two or three npm commands, on a busy machine. */
const QUICK = 60_000;
const PARTS = ['postgres', 'redis', ...SERVICE_NAMES];

describe('a detached platform', () => {
  let parent: string;
  let data: string;
  let ports: Ports;
  let started: Awaited<ReturnType<typeof npm>>;

  const status = async () => JSON.parse((await npm('run', '--silent', 'status', '--', '--json', '--data', data)).stdout) as PlatformStatus;
  const partOf = async (name: string) => (await status()).parts.find((part) => part.name === name)!;
  const credentials = async () =>
    JSON.parse((await npm('run', '--silent', 'credentials', '--', '--json', '--data', data)).stdout) as Credentials;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'causeway launcher '));
    data = join(parent, 'data');
    const offset = await findFreeOffset();
    ports = portsAt(offset);
    started = await npm('start', '--', '--detach', '--no-feed', '--data', data, '--port-offset', String(offset));
  }, 180_000);

  afterAll(async () => {
    await npm('stop', '--', '--data', data);
    await rm(parent, { recursive: true });
  });

  it(
    'is healthy when npm start returns, which tells address, accounts, data, logs and how to stop',
    async () => {
      expect(started).toMatchObject({ code: 0 });
      const { users } = await credentials();
      expect(started.stdout).toContain(`http://localhost:${ports.gateway}`);
      for (const { username, password } of users) expect(started.stdout).toMatch(new RegExp(`${username} +${password}`));
      expect(started.stdout).toContain(join(data, 'logs'));
      expect(started.stdout).toContain(`npm stop -- --data '${data}'`);
      expect(started.stdout).toContain(`a restart of this machine may empty ${data}`);
    },
    QUICK,
  );

  it(
    'has every part healthy, each with its process, port and no restarts',
    async () => {
      const { parts, running } = await status();
      expect(running).toBe(true);
      expect(parts.map(({ name }) => name).sort()).toEqual([...PARTS].sort());
      for (const part of parts) expect(part).toMatchObject({ state: 'healthy', restarts: 0, pid: expect.any(Number) as number });
      expect(parts.find(({ name }) => name === 'gateway')?.port).toBe(ports.gateway);
      expect(parts.find(({ name }) => name === 'redis')?.port).toBe(ports.redis);
    },
    QUICK,
  );

  it(
    'prints credentials that open it',
    async () => {
      const { address, issuer, services, clients } = await credentials();
      expect({ address, issuer }).toEqual({ address: `http://localhost:${ports.gateway}`, issuer: `http://localhost:${ports.gateway}` });
      for (const name of SERVICE_NAMES) expect((await fetch(`${services[name]!}/health/ready`)).status).toBe(200);
      const station = clients.find((client) => client.for === 'station')!;
      const answer = await fetch(`${address}/oauth2/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${station.clientId}:${station.clientSecret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: station.scopes.join(' ') }),
      });
      expect(answer.status).toBe(200);
    },
    QUICK,
  );

  it(
    'keeps what is secret from other users of the machine',
    async () => {
      expect((await stat(data)).mode & 0o777).toBe(0o700);
      for (const name of ['secrets.json', 'settings.json', 'seeds/auth.json', 'seeds/system.json', 'control.sock']) {
        expect((await stat(join(data, name))).mode & 0o077).toBe(0);
      }
    },
    QUICK,
  );

  it(
    'refuses a second start on the same data folder, and is not changed by it',
    async () => {
      const before = await status();
      const second = await npm('start', '--', '--detach', '--data', data);
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`Causeway already runs on ${data} (process ${before.pid})`);
      const pids = ({ parts }: PlatformStatus) => parts.map(({ name, pid }) => [name, pid]);
      expect(pids(await status())).toEqual(pids(before));
    },
    QUICK,
  );

  it(
    'names a taken port and who needs it, and leaves nothing of that start',
    async () => {
      const other = join(parent, 'other');
      const server = createServer();
      const otherOffset = await findFreeOffset();
      const taken = portsAt(otherOffset).dynamic;
      await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
      const outcome = await npm('start', '--', '--detach', '--data', other, '--port-offset', String(otherOffset));
      server.close();
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toContain(
        `Port ${taken} (needed by dynamic) is taken by another program: free it, or choose other ports with --port-offset N.`,
      );
      expect(await readdir(parent)).toEqual(['data']);
    },
    QUICK,
  );

  it('starts a service again that died, and reports it', async () => {
    const before = await partOf('statistics');
    process.kill(before.pid!, 'SIGKILL');
    const after = await eventually('statistics is healthy again', async () => {
      const part = await partOf('statistics');
      return part.state === 'healthy' && part.pid !== before.pid ? part : undefined;
    });
    expect(after.restarts).toBe(1);
    const { stdout } = await npm('run', '--silent', 'logs', '--', 'launcher', '--data', data);
    expect(stdout).toContain('statistics died (signal SIGKILL) and is started again in 0.2 s.');
    expect(stdout).toContain(`statistics is healthy again (process ${after.pid}).`);
  }, 90_000);

  it('starts its database again that died', async () => {
    const before = await partOf('postgres');
    process.kill(before.pid!, 'SIGKILL');
    await eventually('every part is healthy again', async () => {
      const { parts } = await status();
      return parts.every(({ state }) => state === 'healthy') && parts.find(({ name }) => name === 'postgres')?.pid !== before.pid
        ? true
        : undefined;
    });
    const { services } = await credentials();
    await eventually('statistics is ready again', async () =>
      (await fetch(`${services.statistics!}/health/ready`)).ok ? true : undefined,
    );
  }, 90_000);

  it('restarts one part on request', async () => {
    const before = await partOf('system');
    expect(await npm('run', '--silent', 'restart', '--', 'system', '--data', data)).toMatchObject({
      code: 0,
      stdout: 'system is restarted and healthy.\n',
    });
    const after = await partOf('system');
    expect(after.pid).not.toBe(before.pid);
    expect(after.restarts).toBe(0);
    expect(await npm('run', '--silent', 'restart', '--', 'nothing', '--data', data)).toMatchObject({ code: 1 });
  }, 90_000);

  it('is gone with every process after npm stop, and finds its data again', async () => {
    const secrets = await credentials();
    const leaders = (await status()).parts.map(({ pid }) => pid!);
    expect(findSessionMembers(leaders).length).toBeGreaterThan(leaders.length);
    expect(await npm('stop', '--', '--data', data)).toMatchObject({ code: 0 });
    await untilGone(leaders);
    expect(await npm('run', '--silent', 'status', '--', '--data', data)).toMatchObject({ code: 0, stdout: `Nothing runs on ${data}\n` });
    expect(await credentials()).toEqual(secrets);

    // Without an offset: the folder's own.
    expect(await npm('start', '--', '--detach', '--no-feed', '--data', data)).toMatchObject({ code: 0 });
    expect(await credentials()).toEqual(secrets);
    expect((await status()).address).toBe(secrets.address);
  }, 240_000);

  it('ends when its launcher is killed, and starts again at once', async () => {
    const before = await status();
    const leaders = before.parts.map(({ pid }) => pid!);
    process.kill(before.pid, 'SIGKILL');
    const again = await npm('start', '--', '--detach', '--no-feed', '--data', data);
    expect(again).toMatchObject({ code: 0 });
    await untilGone(leaders);
    expect((await status()).parts.every(({ state }) => state === 'healthy')).toBe(true);
  }, 180_000);
});
