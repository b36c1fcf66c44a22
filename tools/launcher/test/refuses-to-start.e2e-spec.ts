import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../../host/package-manager.ts';
import { findFreeOffset, findProcessesOf, npm, type Outcome, run } from './support/launcher.ts';
import { CAN_MOUNT, withMounts } from './support/mounts.ts';

/** A start that is refused, on a busy machine. */
const QUICK = 60_000;

/** Programs that npm and the way to the launcher need; none of them is a package manager or a Redis server. */
const NEEDED_PROGRAMS = ['sh', 'env', 'dirname', 'npm', 'node'];

const whereMountsWork = CAN_MOUNT ? it : it.skip;

describe('a start that cannot succeed', () => {
  let parent: string;
  let data: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'causeway refused '));
    data = join(parent, 'data');
  });

  afterEach(() => rm(parent, { recursive: true }));

  const startCommand = async () => [
    'npm',
    'start',
    '--',
    '--detach',
    '--no-feed',
    '--data',
    data,
    '--port-offset',
    String(await findFreeOffset()),
  ];
  const start = async () => run(await startCommand());

  /** Of the launcher, a person reads one sentence (what npm and the build say aside); nothing runs any more. */
  function expectRefusal({ code, stderr }: Outcome, sentence: string | RegExp): void {
    expect(code).toBe(1);
    const lines = stderr.split('\n').filter((line) => line !== '' && !/^(npm |Building the console|Compiled \d)/.test(line));
    expect(lines).toEqual([typeof sentence === 'string' ? sentence : expect.stringMatching(sentence)]);
    expect(findProcessesOf(data)).toEqual([]);
  }

  whereMountsWork(
    'names the path whose disk is full (skipped where no disk may be mounted)',
    async () => {
      await mkdir(data);
      const disk = ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'tmpfs', data];
      const outcome = await run(withMounts([disk], await startCommand()));
      expectRefusal(outcome, new RegExp(`^The disk that holds ${data} is full: \\d+ MB are free, and at least 128 MB are needed\\.$`));
    },
    QUICK,
  );

  whereMountsWork(
    'says that Redis is missing and how to get it (skipped where nothing may be mounted over the program)',
    async () => {
      const programs = join(parent, 'bin');
      await mkdir(programs);
      for (const name of NEEDED_PROGRAMS) await symlink(findOnPath([name]) ?? '', join(programs, name));
      const hidden = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].filter((path) => existsSync(path));
      const covers = hidden.map((path) => ['--bind', '/dev/null', path]);
      const outcome = await run(withMounts(covers, ['env', `PATH=${programs}`, ...(await startCommand())]));
      expectRefusal(
        outcome,
        /^Redis is missing \(no redis-server .* on PATH\): install Redis by hand, .*, or set REDIS_URL to a server that runs\.$/,
      );
      expect(await readdir(parent)).toEqual(['bin']);
    },
    QUICK,
  );

  it(
    'names a data folder that is a file',
    async () => {
      await writeFile(data, 'mine');
      expectRefusal(await start(), `The data folder ${data} is not a folder.`);
      expect(await readFile(data, 'utf8')).toBe('mine');
    },
    QUICK,
  );

  it(
    'names the file whose secrets are damaged, and leaves it as it is',
    async () => {
      await mkdir(data);
      await writeFile(join(data, 'secrets.json'), '{"redis":');
      expectRefusal(await start(), `${data}/secrets.json is damaged: put it back from a copy, or choose another data folder with --data.`);
      expect(await readFile(join(data, 'secrets.json'), 'utf8')).toBe('{"redis":');
    },
    QUICK,
  );

  it(
    'names a database folder that holds no database',
    async () => {
      await mkdir(join(data, 'postgres'), { recursive: true });
      const secrets = { postgresSuperuser: 'x', authEncryptionKey: 'y' };
      await writeFile(join(data, 'secrets.json'), JSON.stringify(secrets));
      await writeFile(join(data, 'postgres', 'PG_VERSION'), '9.6');
      expectRefusal(await start(), `${data}/postgres holds files, but no PostgreSQL database: move it away or choose another folder.`);
    },
    QUICK,
  );

  it(
    'names a Redis folder whose log is damaged',
    async () => {
      await mkdir(join(data, 'redis', 'appendonlydir'), { recursive: true });
      await writeFile(join(data, 'redis', 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense');
      expectRefusal(await start(), `Redis' data in ${data}/redis is damaged; its log is ${data}/logs/redis.log.`);
    },
    QUICK,
  );

  it(
    'names the file of the registry that is damaged',
    async () => {
      await mkdir(join(data, 'registry'), { recursive: true });
      await writeFile(join(data, 'registry', 'node.json'), '{"id":');
      expectRefusal(
        await start(),
        `registry could not start: ${data}/registry/node.json is damaged: it does not hold the id and name of this node.`,
      );
    },
    QUICK,
  );

  it(
    'names the setting of a service that breaks its rule',
    async () => {
      const outcome = await run(await startCommand(), { AUTH_TTL_ACCESS_TOKEN: 'soon' });
      expect(outcome).toMatchObject({ code: 1 });
      expect(outcome.stderr).toMatch(
        /^auth could not start: Invalid configuration:\n {2}- auth\.ttl\.accessToken \(environment AUTH_TTL_ACCESS_TOKEN\): /m,
      );
      expect(findProcessesOf(data)).toEqual([]);
    },
    QUICK,
  );

  it(
    'lets one of two starts at once have the data folder',
    async () => {
      const offset = String(await findFreeOffset());
      const command = ['start', '--', '--detach', '--no-feed', '--data', data, '--port-offset', offset];
      const outcomes = await Promise.all([npm(...command), npm(...command)]);
      const [winner, loser] = outcomes[0].code === 0 ? outcomes : outcomes.toReversed();
      expect([winner?.code, loser?.code]).toEqual([0, 1]);
      expect(loser?.stderr).toContain(`Causeway already runs on ${data}`);
      expect(await npm('stop', '--', '--data', data)).toMatchObject({ code: 0 });
      expect(findProcessesOf(data)).toEqual([]);
    },
    2 * QUICK,
  );
});
