import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainFailure } from './postgres-failure.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-failure-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function codeOf(...lines: string[]): Promise<string> {
  const logFile = join(folder, 'postgres.log');
  await writeFile(logFile, `${lines.join('\n')}\n`);
  return (await explainFailure('/data', { logFile, from: 0 })).code;
}

describe(explainFailure.name, () => {
  it.each([
    ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'disk-full'],
    ['FATAL:  could not create any TCP/IP sockets', 'port-in-use'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'already-running'],
    ['FATAL:  database files are incompatible with server', 'wrong-version'],
    ['FATAL:  data directory "/data" has wrong ownership', 'not-permitted'],
    ['PANIC:  could not locate a valid checkpoint record at 0/1', 'broken-data'],
    ['FATAL:  invalid page in block 0 of relation base/1/1249', 'broken-data'],
    ['FATAL:  invalid checkpoint record', 'broken-data'],
    ['FATAL:  invalid record length at 0/1', 'broken-data'],
    ['FATAL:  "/data" is not a valid data directory', 'broken-data'],
    ['FATAL:  invalid value for parameter "max_connections": "many"', 'start-failed'],
    ['FATAL:  invalid list syntax in parameter "unix_socket_directories"', 'start-failed'],
    ['FATAL:  configuration file "/data/postgresql.conf" contains errors', 'start-failed'],
  ])('%s is %s', async (line, code) => {
    expect(await codeOf('LOG:  starting', line, 'LOG:  database system is shut down')).toBe(code);
  });

  it('does not judge by what is not a complaint', async () => {
    expect(await codeOf('LOG:  invalid record length at 0/1: expected at least 24, got 0', 'FATAL:  out of memory')).toBe('start-failed');
  });
});
