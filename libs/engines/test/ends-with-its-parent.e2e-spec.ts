import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileOnce, waitFor } from '@app/testing';
import { startPostgres } from '@app/engines';
import { isRunning, makeFolder, postgresOptions, query, redisOptions } from './support.js';

const LIBRARY = new URL('../dist/index.js', import.meta.url).href;

describe('a server whose parent is killed', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let parent: ChildProcess | undefined;

  beforeAll(async () => {
    ({ folder, remove } = await makeFolder());
    await compileOnce();
  });
  afterAll(async () => {
    parent?.kill('SIGKILL');
    await remove();
  });

  it('shuts down in good order: PostgreSQL and Redis end, and start again without recovery', async () => {
    const [postgres, redis] = [await postgresOptions(folder), await redisOptions(folder)];
    const script = join(folder, 'parent.mjs');
    await writeFile(
      script,
      `import { startPostgres, startRedis } from ${JSON.stringify(LIBRARY)};
       const servers = [await startPostgres(${JSON.stringify(postgres)}), await startRedis(${JSON.stringify(redis)})];
       console.log(JSON.stringify(servers.map(({ pid }) => pid)));
       setInterval(() => undefined, 1_000);`,
    );
    parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout! }), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    await expect(Promise.all(pids.map(isRunning))).resolves.toEqual([true, true]);
    parent.kill('SIGKILL');
    await waitFor(async () => !(await Promise.all(pids.map(isRunning))).includes(true), { timeoutMs: 15_000 });
    const server = await startPostgres(postgres);
    await expect(query(postgres.port, 'SELECT pg_is_in_recovery() AS recovering')).resolves.toEqual([{ recovering: false }]);
    await server.stop();
  });
});
