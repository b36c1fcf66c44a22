import { hash } from 'node:crypto';
import { startRedis, waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS, TOKEN } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  // Its own: revocations are heard on the whole server, and it is stopped here.
  rig = await GatewayRig.start({ redis: await startRedis({ dedicated: true }), env: { GATEWAY_IDENTITY_RECHECK_SECONDS: '1' } });
  upstream = await startUpstream((request, response) => {
    if (request.url !== '/events') {
      response.end('ok');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
  await rig.redis.stop();
});

beforeEach(() => {
  rig.auth.tokens.set(TOKEN, { sub: 'station', kind: 'client' });
  rig.auth.isDown = false;
  rig.auth.asked.length = 0;
});

const statusOf = async () => (await rig.call('/api/demo/x')).status;
const sha256 = (text: string) => hash('sha256', text, 'hex');

/** Changes for how long the gateway remembers an exchange, and waits until that holds. */
async function rememberFor(seconds: number): Promise<void> {
  await rig.configure(`gateway:\n  identity:\n    cacheSeconds: ${seconds}\n`);
  await waitFor(async () => {
    if ((await statusOf()) !== 200) return false;
    rig.auth.asked.length = 0;
    await statusOf();
    return rig.auth.asked.length === (seconds === 0 ? 1 : 0);
  });
}

async function openEvents(): Promise<{ ended: Promise<string> }> {
  const answer = await rig.call('/api/demo/events', { headers: { accept: 'text/event-stream' } });
  const reader = answer.body!.getReader();
  await reader.read();
  return {
    ended: reader.read().then(
      ({ done }) => (done ? 'ended' : 'went on'),
      () => 'cut off',
    ),
  };
}

describe('tokens', () => {
  it('are asked about once and remembered', async () => {
    await rig.revoke({ kind: 'token', tokenSha256: sha256(TOKEN) });
    await waitFor(async () => {
      rig.auth.asked.length = 0;
      return (await statusOf()) === 200 && rig.auth.asked.length > 0;
    });
    rig.auth.asked.length = 0;
    expect(await Promise.all(Array.from({ length: 20 }, statusOf))).toEqual(Array.from({ length: 20 }, () => 200));
    expect(rig.auth.asked).toEqual([]);
  });

  it('that are unknown are refused with 401 and a challenge', async () => {
    const answer = await rig.fetch('/api/demo/x', { headers: { authorization: 'Bearer unknown' } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="causeway", error="invalid_token"');
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect((await rig.fetch('/api/demo/x')).headers.get('www-authenticate')).toBe('Bearer realm="causeway"');
  });

  it.each([
    { kind: 'token', tokenSha256: sha256(TOKEN) },
    { kind: 'client', clientId: 'station' },
    { kind: 'user', sub: 'station' },
  ] as const)('that are revoked ($kind) are refused at once, and their event streams are closed', async (event) => {
    await waitFor(async () => (await statusOf()) === 200);
    const { ended } = await openEvents();
    rig.auth.tokens.delete(TOKEN);
    expect(await statusOf()).toBe(200);
    await rig.revoke(event);
    await expect(ended).resolves.toBe('cut off');
    expect(await statusOf()).toBe(401);
  });

  it('that ended without a word are found out by event streams soon', async () => {
    await rememberFor(0);
    const { ended } = await openEvents();
    rig.auth.tokens.delete(TOKEN);
    await expect(ended).resolves.toBe('cut off');
    expect(await statusOf()).toBe(401);
  });

  it('are asked about each time while revocations cannot be heard', async () => {
    await rememberFor(30);
    await rig.redis.stop();
    await waitFor(async () => (await rig.healthOf('revocations'))?.status === 'degraded');
    rig.auth.asked.length = 0;
    expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
    expect(rig.auth.asked).toHaveLength(2);
    rig.auth.isDown = true;
    const answer = await rig.call('/api/demo/x');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });
});
