import type { LiveConfig } from '@app/config';
import { freshRedis, type TestServer } from '@app/testing';
import { Redis } from 'ioredis';
import type { AuthConfig } from '../src/auth.config.js';
import { SignInThrottle } from '../src/interactions/sign-in-throttle.js';

const THROTTLE = { perAccountAndAddress: 2, perAccount: 4, perAddress: 5, windowSeconds: 60 };

describe(SignInThrottle.name, () => {
  let server: TestServer;
  let redis: Redis;
  let sut: SignInThrottle;

  beforeAll(async () => {
    server = await freshRedis();
    redis = new Redis(server.url);
    sut = new SignInThrottle(redis, { value: { throttle: THROTTLE } } as unknown as LiveConfig<AuthConfig>);
  });
  beforeEach(() => redis.flushdb());
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const begin = (username: string, address: string) => sut.begin({ username, address });

  it('stops one account at one address, whichever way the name is written, and says for how long', async () => {
    expect([await begin('ann', '192.0.2.1'), await begin(' ANN ', '192.0.2.1')]).toEqual([0, 0]);
    const seconds = await begin('ann', '192.0.2.1');
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect([await begin('ann', '192.0.2.2'), await begin('ben', '192.0.2.1')]).toEqual([0, 0]);
  });

  it('stops an address that tries many accounts', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect(await begin(name, '192.0.2.1')).toBe(0);
    expect(await begin('f', '192.0.2.1')).toBeGreaterThan(0);
    expect(await begin('f', '192.0.2.2')).toBe(0);
  });

  it('stops an account that is tried from many addresses', async () => {
    for (const last of [1, 2, 3, 4]) expect(await begin('ann', `192.0.2.${last}`)).toBe(0);
    expect(await begin('ann', '192.0.2.5')).toBeGreaterThan(0);
  });

  it('does not count for the account what is stopped at an address', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) await begin('ann', '192.0.2.1');
    expect([await begin('ann', '192.0.2.2'), await begin('ann', '192.0.2.3')]).toEqual([0, 0]);
  });

  it('starts anew at an address after a success there, and forgets nothing of other addresses', async () => {
    await begin('ann', '192.0.2.1');
    await begin('ann', '192.0.2.2');
    await begin('ann', '192.0.2.2');
    await begin('ann', '192.0.2.1');
    await sut.succeed({ username: 'ann', address: '192.0.2.1' });
    expect(await begin('ann', '192.0.2.1')).toBe(0);
    expect(await begin('ann', '192.0.2.2')).toBeGreaterThan(0);
  });

  it('takes an undecided attempt back everywhere, and leaves no count without an end', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await begin('ann', '192.0.2.1')).toBe(0);
      await sut.takeBack({ username: 'ann', address: '192.0.2.1' });
    }
    await sut.takeBack({ username: 'ben', address: '192.0.2.9' });
    const keys = await redis.keys('*');
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(0);
    expect(keys.every((key) => !key.includes('ann') && !key.includes('192.0.2'))).toBe(true);
  });

  it('lets exactly as many through as it may when all come at once', async () => {
    const waits = await Promise.all(Array.from({ length: 10 }, () => begin('ann', '192.0.2.1')));
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(2);
  });
});
