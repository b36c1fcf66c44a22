import { findFreePort } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';

let rig: GatewayRig;

beforeAll(async () => {
  // Nobody listens there: the registry is away.
  rig = await GatewayRig.start({ env: { CONSUL_HTTP_ADDR: `http://127.0.0.1:${await findFreePort()}` } });
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
});

describe('a gateway that has not heard from the registry yet', () => {
  it.each(['GET', 'POST', 'DELETE'])('answers 503 with Retry-After, never 404 or 405, to %s under /api', async (method) => {
    const answer = await rig.call('/api/demo/x', { method });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    await expect(answer.json()).resolves.toMatchObject({ code: 'GW_NO_INSTANCE' });
  });

  it('knows its own paths all the same', async () => {
    expect((await rig.fetch('/session')).status).toBe(200);
    expect((await rig.fetch('/nothing')).status).toBe(404);
  });
});
