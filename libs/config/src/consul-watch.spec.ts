import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@app/testing';
import { type ConsulAnswer, type ConsulClient, createConsulClient } from './consul-client.js';
import { type ConsulWatch, watchConsul } from './consul-watch.js';

type Script = (index: string, call: number) => { status?: number; index?: string; body?: string } | 'hang';

describe(watchConsul.name, () => {
  let server: Server;
  let client: ConsulClient;
  let watch: ConsulWatch | undefined;
  const asked: string[] = [];

  async function start(script: Script) {
    server = createServer((request, response) => {
      const index = new URL(request.url ?? '', 'http://x').searchParams.get('index') ?? '';
      asked.push(index);
      const answer = script(index, asked.length);
      if (answer === 'hang') return;
      response.writeHead(answer.status ?? 200, {
        'content-type': 'application/json',
        ...(answer.index && { 'x-consul-index': answer.index }),
      });
      response.end(answer.body ?? '[]');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = createConsulClient({ address: `127.0.0.1:${(server.address() as AddressInfo).port}` });
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    watch = watchConsul<unknown>({
      query: (options) =>
        client.health.state({ state: 'any', ...options } as { state: 'any' }) as unknown as Promise<ConsulAnswer<unknown>>,
      onData: (data) => seen.push(data),
      onError: (error) => errors.push(error),
      maxPauseMs: 50,
    });
    return { seen, errors };
  }

  afterEach(() => {
    watch?.close();
    client.destroy();
    server.closeAllConnections();
    server.close();
    asked.length = 0;
  });

  it('asks without an index first, and then waits on the index of the answer', async () => {
    const { seen } = await start((index) => (index === '0' ? { index: '7', body: '["a"]' } : 'hang'));
    await waitFor(() => asked.length === 2);
    expect([asked, seen]).toEqual([['0', '7'], [['a']]]);
  });

  it('starts over when the index goes backwards', async () => {
    const { seen } = await start(
      (_, call) =>
        [
          { index: '9', body: '["old"]' },
          { index: '3', body: '["new"]' },
          { index: '3', body: '["new"]' },
        ][call - 1] ?? 'hang',
    );
    await waitFor(() => asked.length === 4);
    expect(asked).toEqual(['0', '9', '0', '3']);
    expect(seen).toEqual([['old'], ['new'], ['new']]);
  });

  it('never waits on index zero, and does not ask in a tight loop', async () => {
    await start(() => ({ index: '0' }));
    await waitFor(() => asked.length >= 2);
    expect(asked[1]).toBe('1');
    expect(asked.length).toBeLessThan(4);
  });

  it('tells nothing when the wait is over without a change', async () => {
    const { seen } = await start((_, call) => (call <= 2 ? { index: '5' } : 'hang'));
    await waitFor(() => asked.length === 3);
    expect(seen).toHaveLength(1);
  });

  it('goes on after errors, and tells what it missed', async () => {
    const { seen, errors } = await start((_, call) => {
      if (call === 1) return { index: '5', body: '["before"]' };
      return call <= 4 ? { status: 500, body: 'no leader' } : call === 5 ? { index: '5', body: '["after"]' } : 'hang';
    });
    await waitFor(() => asked.length === 6);
    expect(errors).toHaveLength(3);
    expect(seen).toEqual([['before'], ['after']]);
    expect(asked[4]).toBe('0');
  });

  it('is held to two turns a second by a registry whose every answer is new, after ten at once', async () => {
    const startedAt = performance.now();
    const { seen } = await start((_, call) => ({ index: String(call) }));
    await waitFor(() => asked.length >= 13);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(seen.length).toBeGreaterThanOrEqual(12);
  });

  it('is silent after it is closed', async () => {
    const { seen, errors } = await start((index) => (index === '0' ? { index: '7' } : 'hang'));
    await waitFor(() => asked.length === 2);
    watch?.close();
    server.closeAllConnections();
    await new Promise((resolve) => setImmediate(resolve));
    expect([seen.length, errors.length, asked.length]).toEqual([1, 0, 2]);
  });
});
