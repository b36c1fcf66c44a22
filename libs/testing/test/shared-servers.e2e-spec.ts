import { Redis } from 'ioredis';
import { createTestDatabase, freshRedis, startPostgres, startRedis } from '@app/testing';

describe('the servers that a test run shares', () => {
  it('gives the same PostgreSQL to everyone and a fresh database to each', async () => {
    const [first, second] = await Promise.all([startPostgres(), startPostgres()]);
    expect(second.port).toBe(first.port);
    const one = await createTestDatabase({ schema: 'system' });
    const other = await createTestDatabase({ schema: 'system' });
    await one.query('CREATE TABLE thing (id int PRIMARY KEY)');
    await expect(one.query('SELECT count(*)::int AS n FROM system.thing')).resolves.toEqual([{ n: 0 }]);
    await expect(other.query('SELECT * FROM thing')).rejects.toThrow(/does not exist/);
    await Promise.all([one.drop(), other.drop()]);
  });

  it('gives an empty Redis database to each', async () => {
    const [shared, one, other] = await Promise.all([startRedis(), freshRedis(), freshRedis()]);
    expect(one.port).toBe(shared.port);
    expect(one.url).not.toBe(other.url);
    const [client, neighbour] = [new Redis(one.url), new Redis(other.url)];
    await client.set('key', 'value');
    await expect(neighbour.dbsize()).resolves.toBe(0);
    client.disconnect();
    neighbour.disconnect();
  });
});
