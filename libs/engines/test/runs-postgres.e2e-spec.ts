import { once } from 'node:events';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EngineError, findFreePort, type ManagedServer, startPostgres, unprivilegedAccount } from '@app/engines';
import { makeFolder, postgresOptions, query } from './support.js';

describe('startPostgres', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let server: ManagedServer | undefined;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder());
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await remove();
  });

  const refusal = async (start: Promise<ManagedServer>): Promise<EngineError> => {
    const outcome: unknown = await start.catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(EngineError);
    return outcome as EngineError;
  };

  it('makes a database in an empty folder, keeps it over a restart and lets nobody in without the password', async () => {
    const options = await postgresOptions(folder);
    server = await startPostgres(options);
    await query(options.port, 'CREATE TABLE kept AS SELECT 1 AS n');
    await expect(query(options.port, 'SELECT 1', 'wrong')).rejects.toThrow(/password authentication failed/);
    await server.stop();
    await expect(server.exited).resolves.toEqual({ code: 0, signal: null, expected: true });
    server = await startPostgres(options);
    await expect(query(options.port, 'SELECT * FROM kept')).resolves.toEqual([{ n: 1 }]);
    await expect(readFile(join(options.dataDir, 'PG_VERSION'), 'utf8')).resolves.toBe('18\n');
  });

  it('is durable unless told otherwise, and takes further settings', async () => {
    const options = await postgresOptions(folder);
    server = await startPostgres({ ...options, durable: true, tuning: { max_connections: 33 } });
    const settings = `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'max_connections', 'synchronous_commit') ORDER BY name`;
    await expect(query(options.port, settings)).resolves.toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'max_connections', setting: '33' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
  });

  it('tells of an end that nobody asked for, and recovers at the next start', async () => {
    const options = await postgresOptions(folder);
    const exits: unknown[] = [];
    server = await startPostgres({ ...options, durable: true, onExit: (exit) => exits.push(exit) });
    await query(options.port, 'CREATE TABLE kept AS SELECT 1 AS n');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    expect(exits).toEqual([{ code: null, signal: 'SIGKILL', expected: false }]);
    server = await startPostgres(options);
    await expect(query(options.port, 'SELECT * FROM kept')).resolves.toEqual([{ n: 1 }]);
  });

  it('starts although the lock of a dead server names a process that lives', async () => {
    const options = await postgresOptions(folder);
    server = await startPostgres(options);
    await server.stop();
    await writeFile(
      join(options.dataDir, 'postmaster.pid'),
      `${process.pid}\n${options.dataDir}\n1\n${options.port}\n\n127.0.0.1\n\nready\n`,
    );
    server = await startPostgres(options);
    await expect(query(options.port, 'SELECT 1 AS n')).resolves.toEqual([{ n: 1 }]);
  });

  it('says that another server runs on the folder, and leaves it alone', async () => {
    const options = await postgresOptions(folder);
    server = await startPostgres(options);
    const error = await refusal(startPostgres({ ...options, port: await findFreePort() }));
    expect(error).toMatchObject({ code: 'already-running', message: expect.stringContaining(options.dataDir) as string });
    await expect(query(options.port, 'SELECT 1 AS n')).resolves.toEqual([{ n: 1 }]);
  });

  it('names a port that is taken', async () => {
    const options = await postgresOptions(folder);
    const squatter = createServer().listen(options.port, '127.0.0.1');
    await once(squatter, 'listening');
    const error = await refusal(startPostgres(options));
    squatter.close();
    expect(error.code).toBe('port-in-use');
    expect(error.message).toBe(`Port ${options.port}, which PostgreSQL is to listen on, is taken by another program.`);
  });

  it.each([
    ['something else', async (dataDir: string) => await writeFile(join(dataDir, 'letter.txt'), 'x'), 'broken-data'],
    ['data of another version', async (dataDir: string) => await makeCluster(dataDir, '16\n'), 'wrong-version'],
    ['half a database', async (dataDir: string) => await makeCluster(dataDir, '18\n'), 'broken-data'],
  ])('refuses a folder with %s, and names it', async (_, fill, code) => {
    const options = await postgresOptions(folder);
    await mkdir(options.dataDir, { mode: 0o700 });
    const account = await unprivilegedAccount();
    if (account !== undefined) await chown(options.dataDir, account.uid, account.gid);
    await fill(options.dataDir);
    const error = await refusal(startPostgres(options));
    expect(error).toMatchObject({ code, message: expect.stringContaining(options.dataDir) as string });
  });

  it('says that the data is damaged when a file of it is gone', async () => {
    const options = await postgresOptions(folder);
    server = await startPostgres(options);
    await server.stop();
    await rm(join(options.dataDir, 'global/pg_control'));
    const error = await refusal(startPostgres(options));
    expect(error.code).toBe('broken-data');
    expect(error.message).toContain(`${options.dataDir}.log`);
  });

  it('leaves nothing behind when the database cannot be made', async () => {
    const options = await postgresOptions(folder);
    await writeFile(options.dataDir, 'a file in the way');
    const error = await refusal(startPostgres(options));
    expect(error).toMatchObject({ code: 'broken-data', message: `${options.dataDir} is not a folder.` });
  });
});

async function makeCluster(dataDir: string, version: string): Promise<void> {
  await mkdir(join(dataDir, 'global'));
  await writeFile(join(dataDir, 'PG_VERSION'), version);
  await writeFile(join(dataDir, 'postgresql.conf'), '');
}
