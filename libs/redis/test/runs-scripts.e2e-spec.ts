import { freshRedis } from '@app/testing';
import { Redis } from 'ioredis';
import { defineScript } from '@app/redis';

const addUpTo = defineScript(`
  local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
  if sum > tonumber(ARGV[2]) then redis.call('SET', KEYS[1], ARGV[2]) return tonumber(ARGV[2]) end
  return sum`);

describe('defineScript', () => {
  let client: Redis;

  beforeAll(async () => {
    client = new Redis((await freshRedis()).url);
  });
  afterAll(() => client.quit());

  it('runs with keys and arguments, and again after the server has forgotten it', async () => {
    await expect(addUpTo.run<number>(client, ['sum'], [7, 10])).resolves.toBe(7);
    await client.script('FLUSH');
    await expect(addUpTo.run<number>(client, ['sum'], [7, 10])).resolves.toBe(10);
    await expect(client.get('sum')).resolves.toBe('10');
  });

  it('is part of a MULTI, also when the server has forgotten it', async () => {
    await client.script('FLUSH');
    const multi = client.multi().set('other', '1');
    addUpTo.addTo(multi, ['sum in multi'], [3, 10]);
    await expect(multi.exec()).resolves.toEqual([
      [null, 'OK'],
      [null, 3],
    ]);
  });

  it('passes on what the script throws', async () => {
    const failing = defineScript(`return redis.error_reply('STALE the offset moved')`);
    await expect(failing.run(client, [])).rejects.toThrow('STALE the offset moved');
  });
});
