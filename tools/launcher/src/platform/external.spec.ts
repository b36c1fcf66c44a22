import { readExternalServers } from './external.ts';

describe(readExternalServers.name, () => {
  it('finds no servers in an empty environment, or in empty variables', () => {
    const none = {
      database: undefined,
      redis: undefined,
      authRedis: undefined,
      streamRedis: undefined,
      consul: undefined,
      zipkin: undefined,
    };
    expect(readExternalServers({})).toEqual(none);
    expect(readExternalServers({ DATABASE_URL: '', REDIS_URL: '', CONSUL_HTTP_ADDR: '' })).toEqual(none);
  });

  it('takes the servers that are given; Consul without a scheme too', () => {
    const given = {
      DATABASE_URL: 'postgres://a:b@db/x',
      REDIS_URL: 'rediss://r/',
      CONSUL_HTTP_ADDR: 'consul:8500',
      ZIPKIN_URL: 'http://z:9411/',
    };
    expect(readExternalServers(given)).toMatchObject({
      database: 'postgres://a:b@db/x',
      redis: 'rediss://r',
      consul: 'consul:8500',
      zipkin: 'http://z:9411',
    });
  });

  it('wants a host in an address, which PostgreSQL may also name as a parameter', () => {
    expect(() => readExternalServers({ DATABASE_URL: 'postgres://user:hidden@' })).toThrow(
      'DATABASE_URL is no address of the form postgres://…',
    );
    expect(readExternalServers({ DATABASE_URL: 'postgres:///x?host=/run/postgresql' }).database).toBe('postgres:///x?host=/run/postgresql');
  });

  it('takes an empty ZIPKIN_URL as the wish to trace nothing', () => {
    expect(readExternalServers({ ZIPKIN_URL: '' }).zipkin).toBe('');
  });

  it.each(['DATABASE_URL', 'REDIS_URL', 'AUTH_REDIS_URL', 'ZIPKIN_URL'])('names %s when it is no address, and not its value', (name) => {
    const read = () => readExternalServers({ [name]: 'mysql://root:hidden@x' });
    expect(read).toThrow(name);
    expect(read).not.toThrow('hidden');
  });
});
