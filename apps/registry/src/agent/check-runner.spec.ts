import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { CheckDefinition } from '../store/entries.js';
import { type CheckResult, CheckRunner } from './check-runner.js';

describe(CheckRunner.name, () => {
  let server: Server | undefined;
  let runner: CheckRunner;

  afterEach(async () => {
    runner.stopAll();
    if (server?.listening === true) await close(server);
  });

  /** The first result of a check that is made at once. */
  function run(definition: CheckDefinition): Promise<CheckResult> {
    return new Promise((resolve) => {
      runner = new CheckRunner((_, result) => resolve(result));
      runner.start({ checkId: 'c', definition: { intervalMs: 1, timeoutMs: 2_000, ...definition } });
    });
  }

  async function listen(made: Server): Promise<number> {
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return (made.address() as AddressInfo).port;
  }

  function close(made: Server): Promise<unknown> {
    return new Promise((resolve) => made.close(resolve));
  }

  it('a TCP check passes while something listens, and is critical when nothing does', async () => {
    const made = createServer((socket) => socket.destroy());
    const tcp = `127.0.0.1:${await listen(made)}`;
    expect(await run({ tcp })).toEqual({ status: 'passing', output: `TCP connect ${tcp}: Success` });
    runner.stopAll();
    await close(made);
    expect(await run({ tcp })).toEqual({ status: 'critical', output: expect.stringContaining('ECONNREFUSED') as unknown });
  });

  it('an HTTP check reads no more of a body without an end than it shows', async () => {
    const made = createHttpServer((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const url = `http://127.0.0.1:${await listen(made)}/`;
    const { status, output } = await run({ http: url });
    expect([status, output.length]).toEqual(['passing', 4_096]);
    expect(output).toMatch(/^HTTP GET http:\S+ 200 OK Output: x+$/);
  });

  it.each([
    [200, 'passing'],
    [429, 'warning'],
    [500, 'critical'],
  ])('an HTTP check that is answered %i is %s', async (code, status) => {
    const port = await listen(createHttpServer((_, response) => response.writeHead(code).end()));
    expect(await run({ http: `http://127.0.0.1:${port}/` })).toMatchObject({ status });
  });

  it('a TTL check is critical once no heartbeat comes', async () => {
    expect(await run({ ttlMs: 1 })).toEqual({ status: 'critical', output: 'TTL expired' });
  });
});
