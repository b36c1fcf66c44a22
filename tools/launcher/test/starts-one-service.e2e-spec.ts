import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@app/engines';
import { CHECKOUT } from '../src/checkout.ts';
import { findProcessesOf, npm, run, runInForeground } from './support/launcher.ts';

const registry = (...args: string[]) => ['npm', 'run', '--silent', 'start:registry', '--', ...args];

describe('npm run start:registry', () => {
  let folder: string;
  let data: string;
  let port: number;
  let consul: string;
  /** What a test that fails leaves running. */
  const running: ReturnType<typeof runInForeground>[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'causeway one service '));
    data = join(folder, 'state');
    port = await findFreePort();
    consul = `http://127.0.0.1:${port}`;
  });

  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGTERM');
      await ended;
    }
    expect(findProcessesOf(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  const start = async (environment: NodeJS.ProcessEnv = {}) => {
    const started = runInForeground(registry('--port', String(port), '--data', data), CHECKOUT, environment);
    running.push(started);
    await started.prints('Ctrl-C stops it.');
    return started;
  };
  const stop = async ({ child, ended }: Awaited<ReturnType<typeof start>>) => {
    child.kill('SIGINT');
    return ended;
  };
  const get = async (path: string) => (await fetch(consul + path)).text();

  it('runs a Consul agent with nothing else, says in one line where, and keeps its keys', async () => {
    const first = await start();
    const line = `Consul API on ${consul}, data in ${data}, health on (http://127.0.0.1:\\d+/health/ready). Ctrl-C stops it.`;
    const [, health = ''] = new RegExp(`^${line}$`, 'm').exec(first.output()) ?? [];
    expect((await fetch(health)).status).toBe(200);
    expect(await get('/v1/catalog/services')).toBe('{"consul":[]}');
    expect(await get('/v1/kv/?keys')).toBe('[]');
    await fetch(`${consul}/v1/kv/a`, { method: 'PUT', body: 'kept' });
    expect(await readdir(data)).toContain('node.json');
    expect(await stop(first)).toBe(0);
    const second = await start();
    expect(await get('/v1/kv/a?raw')).toBe('kept');
    expect(await stop(second)).toBe(0);
  }, 120_000);

  it('what is said on the command line counts more than the environment, which counts more than what it would do alone', async () => {
    await mkdir(join(folder, 'configuration'));
    await writeFile(join(folder, 'configuration', 'demo.yaml'), 'demo: 1');
    const [service, zipkin] = [await findFreePort(), await findFreePort()];
    const started = await start({
      CONSUL_PORT: '1',
      CONSUL_HTTP_ADDR: 'http://127.0.0.1:1',
      REGISTRY_DATA_DIR: join(folder, 'elsewhere'),
      SERVICE_PORT: String(service),
      ZIPKIN_PORT: String(zipkin),
      CONFIG_DIR: join(folder, 'configuration'),
    });
    await started.holds(async () => ((await get('/v1/kv/config/demo/data?raw')) === 'demo: 1' ? true : undefined));
    expect((await fetch(`http://127.0.0.1:${service}/health/ready`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${zipkin}/api/v2/services`)).status).toBe(200);
    expect(await stop(started)).toBe(0);
  });

  it('refuses a port that is taken and data that are in use with one sentence each', async () => {
    const started = await start();
    const taken = await run(registry('--port', String(port), '--data', join(folder, 'other')));
    expect(taken).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} (needed by registry, for Consul) is taken by another program: free it, or choose another with --port N.\n`,
    });
    const inUse = await run(registry('--port', String(await findFreePort()), '--data', data));
    expect(inUse).toEqual({
      code: 1,
      stdout: '',
      stderr: `registry could not start: The data folder is used by another process (${join(data, 'lock.db')})\n`,
    });
    expect(await stop(started)).toBe(0);
  }, 120_000);

  it.each([
    ['node.json', '{', 'is damaged'],
    ['lock.db', 'no database, but long enough to be taken for the head of one '.repeat(20), 'is damaged'],
  ])(
    'refuses data whose %s is damaged with one sentence',
    async (name, text, sentence) => {
      await mkdir(data);
      await writeFile(join(data, name), text);
      const { code, stdout, stderr } = await run(registry('--port', String(port), '--data', data));
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^registry could not start: [^\n]+\n$/);
      expect(stderr).toContain(`${join(data, name)} ${sentence}`);
    },
    60_000,
  );

  it('refuses data of which a record is damaged with one sentence, and leaves them as they are', async () => {
    const started = await start();
    for (const key of ['a', 'b', 'c']) await fetch(`${consul}/v1/kv/${key}`, { method: 'PUT', body: key });
    await stop(started);
    const log = join(data, (await readdir(data)).find((name) => name.startsWith('log-')) ?? '');
    const text = (await readFile(log, 'utf8')).replace(/./, '#');
    await writeFile(log, text);
    const { code, stdout, stderr } = await run(registry('--port', String(port), '--data', data));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^registry could not start: [^\n]+ is damaged after byte 0: records that were stored follow\.\n$/);
    expect(await readFile(log, 'utf8')).toBe(text);
  });

  it('refuses what cannot be a folder of data, and options that it does not know, with one sentence each', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const refusals: [args: string[], sentence: string][] = [
      [['--data', file], `The data folder ${file} is not a folder.`],
      [['--data', join(file, 'below')], `The data folder ${join(file, 'below')} is not a folder.`],
      [['--data', '/proc/causeway'], 'The data folder /proc/causeway cannot be made there.'],
      [['--data', '/sys/causeway'], 'The data folder /sys/causeway'],
      [['--data'], '--data needs a value.'],
      [['--port', 'many'], '--port must be a whole number from 1 to 65535, not "many".'],
      [['--port', '0'], '--port must be a whole number from 1 to 65535, not "0".'],
      [['--prot', '8500'], 'npm run start:registry knows no option --prot; npm run start:registry -- --help lists what it knows.'],
      [['8500'], 'npm run start:registry does not know what to do with "8500": options are written npm run start:registry -- --option.'],
    ];
    for (const [args, sentence] of refusals) {
      const said = args.includes('--port') ? args : ['--port', String(port), ...args];
      const { code, stdout, stderr } = await run(registry(...said));
      expect([args, code, stdout, stderr.split('\n').length]).toEqual([args, 1, '', 2]);
      expect(stderr).toContain(sentence);
    }
  }, 120_000);

  it.each(['CONSUL_PORT', 'SERVICE_PORT'])(
    'refuses a %s that is no port with one sentence; an empty one counts as not set',
    async (variable) => {
      const { code, stdout, stderr } = await run(registry('--data', data), { [variable]: '70000' });
      const sentence = `${variable} must be a whole number up to 65535, not "70000".\n`;
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: sentence });
      const started = await start({ [variable]: '', CONSUL_HOST: '', REGISTRY_DATA_DIR: '' });
      expect(await get('/v1/kv/?keys')).toBe('[]');
      expect(await stop(started)).toBe(0);
    },
    60_000,
  );

  it('leaves no folder behind when the start is refused, and the one that was there as it was', async () => {
    const refused = async () => run(registry('--port', String(port), '--data', data), { CONSUL_HOST: '0.0.0.0', CONSUL_HTTP_TOKEN: '' });
    expect(await refused()).toMatchObject({ code: 1, stderr: expect.stringContaining('must be a loopback address') as string });
    await expect(readdir(data)).rejects.toThrow('ENOENT');
    await mkdir(data);
    expect(await refused()).toMatchObject({ code: 1 });
    expect(await readdir(data)).toEqual([]);
  });

  it('ends cleanly when it is told to before it listens', async () => {
    const started = runInForeground(registry('--port', String(port), '--data', data), CHECKOUT);
    await started.holds(() => findProcessesOf(data).length > 0 || undefined);
    expect(await stop(started)).toBe(0);
  });

  it('explains itself', async () => {
    const { code, stdout } = await run(registry('--help'));
    expect(code).toBe(0);
    for (const word of ['--port N', '--data DIR', 'SERVICE_PORT', 'ZIPKIN_PORT', 'CONFIG_DIR', 'Ctrl-C']) expect(stdout).toContain(word);
  });
});

describe('npm run start:<service>', () => {
  it('says what a service lacks that was given nothing', async () => {
    const { code, stdout, stderr } = await npm(
      'run',
      '--silent',
      'start:auth',
      '--',
      '--data',
      join(tmpdir(), 'there-is-no-platform-here'),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('auth.encryptionKey (not set): is required (environment variable AUTH_ENCRYPTION_KEY)');
  });

  it('takes the port that is said', async () => {
    const { code, stdout } = await npm('run', '--silent', 'start:gateway', '--', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--port N     the port that it listens on (default: SERVICE_PORT, else gateway 8080');
  });
});
