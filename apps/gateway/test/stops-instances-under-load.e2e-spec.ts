import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { findFreePort, waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';

/** A service as every app of the platform is one: what it does at its end is `createService`'s. */
const SERVICE = join(resolve(import.meta.dirname, '../../..'), 'libs/service/test/fixtures/tiny-service.mjs');
const CALLERS = 12;
const ROUNDS = 4;
/** Much more than a registry takes: whether nothing fails must not hang on its speed. */
const NEWS_DELAY_MS = 200;

interface Running {
  child: ChildProcess;
  id: string;
  /** Requests that it answered, of those that take no time. */
  answered(): number;
}

let rig: GatewayRig;
const running: Running[] = [];

beforeAll(async () => {
  rig = await GatewayRig.start({ newsDelayMs: NEWS_DELAY_MS });
}, START_TIMEOUT_MS);

afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await rig.stop();
});

async function start(): Promise<Running> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [SERVICE], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { LOG_LEVEL: 'debug', LOG_FORMAT: 'json', CONSUL_HTTP_ADDR: rig.consul, SERVICE_PORT: String(port) },
  });
  let answered = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    answered += chunk.toString().split('"msg":"POST 201"').length - 1;
  });
  const service = { child, id: `system-127.0.0.1-${port}`, answered: () => answered };
  running.push(service);
  return service;
}

/** Asks again and again, also what may not be sent twice, and what takes long. Until `isOver`; returns what was not as it should be. */
async function call(isOver: () => boolean, seen: { count: number }): Promise<string[]> {
  const wrong: string[] = [];
  const body = JSON.stringify({ axles: 2 });
  const headers = { 'content-type': 'application/json' };
  for (let turn = 0; !isOver(); turn += 1) {
    const isSlow = turn % 20 === 0;
    const answer = isSlow ? rig.call('/api/system/slow') : rig.call('/api/system/echo', { method: 'POST', body, headers });
    try {
      const { status } = await answer.then(async (response) => ({ status: response.status, text: await response.text() }));
      if (status !== (isSlow ? 200 : 201)) wrong.push(String(status));
    } catch (error) {
      wrong.push(String(error));
    }
    seen.count += 1;
  }
  return wrong;
}

describe('instances that are stopped by SIGTERM, one after the other, under load', () => {
  it('fail not one request', async () => {
    await start();
    await start();
    const isThere = async () => (await rig.call('/api/system/list')).status === 200;
    await waitFor(isThere, { timeoutMs: 30_000, what: 'The service' });
    const seen = { count: 0 };
    let isOver = false;
    const callers = Array.from({ length: CALLERS }, () => call(() => isOver, seen));
    for (let round = 0; round < ROUNDS; round += 1) {
      const [oldest] = running;
      if (oldest === undefined) throw new Error('nothing runs');
      const next = await start();
      await waitFor(() => next.answered() > 50 && oldest.answered() > 50, { timeoutMs: 30_000, what: `Load at ${next.id}` });
      const exited = once(oldest.child, 'exit');
      oldest.child.kill('SIGTERM');
      expect((await exited)[0]).toBe(0);
      running.shift();
    }
    isOver = true;
    const wrong = (await Promise.all(callers)).flat();
    expect(wrong).toEqual([]);
    expect(seen.count).toBeGreaterThan(500);
  }, 120_000);
});
