import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { Registration } from '../src/registration.js';
import { START_TIMEOUT_MS, TestRegistry } from './support/registry.js';

const ID = 'system-10.0.0.1-9200';
const logger = createLogger('test');
logger.level = 'silent';

let registry: TestRegistry;
let between: Server;
let registration: Registration;
/** What the registry's answers to heartbeats are replaced with for the moment. */
let refusal: number | undefined;
let refusals = 0;

beforeAll(async () => {
  registry = await TestRegistry.start();
  between = createServer((request, response) => {
    if (refusal !== undefined && request.url?.startsWith('/v1/agent/check/') === true) {
      refusals += 1;
      response.writeHead(refusal).end();
      return;
    }
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const answer = await fetch(registry.url + (request.url ?? ''), { method: 'PUT', body: Buffer.concat(chunks) });
      response.writeHead(answer.status).end(await answer.text());
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const client = registry.client(`127.0.0.1:${(between.address() as AddressInfo).port}`);
  registration = new Registration(client, { service: 'system', address: '10.0.0.1', port: 9200 }, logger, 200);
  await registration.start();
}, START_TIMEOUT_MS);

afterAll(async () => {
  await registration.end();
  between.closeAllConnections();
  between.close();
  await registry.stop();
});

/** Waits until the instance is there, and its check passes. */
async function isRegistered(): Promise<void> {
  const looks = async () => {
    expect(await registry.checksOf('system')).toEqual({ [ID]: ['passing'] });
    return true;
  };
  await waitFor(looks, { timeoutMs: 10_000 });
}

describe('an instance', () => {
  it('is there, and passes', async () => {
    await isRegistered();
  });

  it('registers again with a registry that was killed and has lost its data', async () => {
    await registry.kill();
    await registry.loseData();
    await registry.startAgain();
    await isRegistered();
  });

  it('registers again when somebody has deregistered it', async () => {
    await registry.put(`/v1/agent/service/deregister/${ID}`);
    await isRegistered();
  });

  it('registers again when its TTL check was removed', async () => {
    await registry.put(`/v1/agent/check/deregister/service:${ID}`);
    expect(await registry.checksOf('system')).toEqual({ [ID]: [] });
    await isRegistered();
  });

  it('registers again when heartbeats are answered with an error of the server, and is well when that is over', async () => {
    const changed = { Name: 'system', ID, Address: '10.0.0.1', Port: 1, Check: { TTL: '15s', Status: 'critical' } };
    await registry.put('/v1/agent/service/register', changed);
    refusal = 500;
    await waitFor(() => refusals >= 2);
    await isRegistered();
    expect(registration.unreachableSince).toBeInstanceOf(Date);
    refusal = undefined;
    await waitFor(() => registration.unreachableSince === undefined);
  });
});
