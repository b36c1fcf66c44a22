import { findFreePort, waitFor } from '@app/testing';
import { FeedProcess } from './feed-process.ts';
import { StubPlatform } from './stub-platform.ts';

const RANGE = ['--from', '2026-03-01T00:00:00+08:00', '--to', '2026-03-02T00:00:00+08:00'];
const SECRET = 's3cret/with:signs';

describe('the feed with --sink http', () => {
  let platform: StubPlatform;
  let feed: FeedProcess | undefined;

  beforeEach(() => {
    platform = new StubPlatform();
  });
  afterEach(async () => {
    feed?.kill();
    await platform.close();
  });

  const start = (url: string, ...args: string[]) =>
    new FeedProcess(['--sink', 'http', '--url', url, ...args], { FEED_CLIENT_SECRET: SECRET });

  async function expectedLines(count: number): Promise<string[]> {
    const run = new FeedProcess([...RANGE, '--count', String(count)]);
    expect(await run.exited).toBe(0);
    return run.stdout.trim().split('\n');
  }

  it('signs in as the station client and posts the very lines that it prints on standard output, in batches', async () => {
    feed = start(await platform.listen(), ...RANGE, '--count', '2500', '--batch', '1000');
    expect(await feed.exited).toBe(0);
    expect(platform.lines).toEqual(await expectedLines(2_500));
    expect(platform.batches).toEqual([1_000, 1_000, 500]);
    const basic = Buffer.from(`station:${encodeURIComponent(SECRET)}`).toString('base64');
    expect(platform.tokenRequests).toEqual([`Basic ${basic} grant_type=client_credentials&scope=dynamic%3Apass-records%3Awrite`]);
    expect(feed.stderr).toContain('"sent":2500,"accepted":2500,"duplicates":0,"rejected":0');
    expect(feed.stderr).not.toContain(SECRET);
  });

  it('compresses with --gzip', async () => {
    feed = start(await platform.listen(), ...RANGE, '--count', '10', '--gzip');
    expect(await feed.exited).toBe(0);
    expect(platform.encodings).toEqual(['gzip']);
    expect(platform.lines).toEqual(await expectedLines(10));
  });

  it('waits for a platform that starts later, and goes on through every refusal that time may mend', async () => {
    const port = await findFreePort();
    feed = start(`http://127.0.0.1:${port}`, ...RANGE, '--count', '30', '--batch', '10');
    const running = feed;
    await waitFor(() => running.stderr.includes('ECONNREFUSED'), { timeoutMs: 20_000 });
    platform.refusals.tokens.push({ status: 401, body: { error: 'invalid_client' } });
    platform.refusals.records.push(
      { status: 404 },
      { status: 503, body: { code: 'UNAVAILABLE', detail: 'Starting.' } },
      { status: 429, headers: { 'retry-after': '0' } },
    );
    await platform.listen(port);
    expect(await running.exited).toBe(0);
    expect(platform.lines).toEqual(await expectedLines(30));
    expect(running.stderr).toContain('The token endpoint answered 401: invalid_client');
    expect(running.stderr).toContain('The platform answered 503: UNAVAILABLE, Starting.');
  });

  it('signs in again when its token is refused', async () => {
    const url = await platform.listen();
    feed = start(url, '--rate', '40');
    await waitFor(() => platform.batches.length >= 2, { timeoutMs: 20_000 });
    platform.validToken = 'second';
    const before = platform.batches.length;
    await waitFor(() => platform.batches.length >= before + 2, { timeoutMs: 20_000 });
    expect(platform.tokenRequests).toHaveLength(2);
  });

  it('ends with one clear sentence when the platform refuses for good', async () => {
    platform.refusals.records.push({ status: 403, body: { code: 'FORBIDDEN', detail: 'The permission is missing.' } });
    feed = start(await platform.listen(), '--rate', '50');
    expect(await feed.exited).toBe(1);
    expect(feed.stderr).toContain('The platform answered 403: FORBIDDEN, The permission is missing.');
    expect(feed.stderr).not.toContain('    at ');
  });

  it('keeps its pace and stops cleanly on SIGTERM and at the end of the IPC channel', async () => {
    const url = await platform.listen();
    for (const stop of ['terminate', 'disconnect'] as const) {
      feed = start(url, '--rate', '100');
      platform.lines.length = 0;
      await waitFor(() => platform.lines.length > 0, { timeoutMs: 20_000 });
      const startedAt = performance.now();
      const before = platform.lines.length;
      await waitFor(() => platform.lines.length >= before + 200, { timeoutMs: 20_000 });
      expect(performance.now() - startedAt).toBeGreaterThan(1_400);
      feed[stop]();
      expect(await feed.exited).toBe(0);
      expect(feed.stderr).toContain('"msg":"stopped"');
    }
  });

  it('stops while it waits for a platform that is down', async () => {
    feed = start(`http://127.0.0.1:${await findFreePort()}`, '--rate', '100');
    const running = feed;
    await waitFor(() => running.stderr.includes('ECONNREFUSED'), { timeoutMs: 20_000 });
    running.terminate();
    expect(await running.exited).toBe(0);
  });

  it('stops at once while the platform leaves a request without an answer', async () => {
    platform.isHanging = true;
    feed = start(await platform.listen(), '--rate', '100');
    await waitFor(() => platform.unanswered > 0, { timeoutMs: 20_000 });
    const stoppedAt = performance.now();
    feed.terminate();
    expect(await feed.exited).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
    expect(feed.stderr).toContain('"msg":"stopped"');
  });

  it('names what is wrong with the command line and exits with 1', async () => {
    feed = new FeedProcess(['--rate', 'fast']);
    expect(await feed.exited).toBe(1);
    expect(feed.stderr).toContain('--rate must be a number from 0 to 1000000, not fast');
  });
});
