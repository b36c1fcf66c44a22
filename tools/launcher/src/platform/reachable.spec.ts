import { type AddressInfo, createServer, type Server } from 'node:net';
import { readExternalServers } from './external.ts';
import { requireReachable } from './reachable.ts';

describe(requireReachable.name, () => {
  let server: Server;
  let open: string;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => server.close());

  const check = (environment: Record<string, string>) => requireReachable(readExternalServers(environment));

  it('finds nothing wrong where somebody listens, or nothing is given', async () => {
    await expect(check({})).resolves.toEqual([]);
    await expect(check({ REDIS_URL: `redis://${open}`, CONSUL_HTTP_ADDR: open, ZIPKIN_URL: `http://${open}` })).resolves.toEqual([]);
    await expect(check({ ZIPKIN_URL: '' })).resolves.toEqual([]);
  });

  it('names the variable whose server does not answer, and not its password', async () => {
    const refused = check({ REDIS_URL: 'redis://:hidden@127.0.0.1:1' });
    await expect(refused).rejects.toThrow(/^REDIS_URL: nobody answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)\.$/);
    await expect(check({ CONSUL_HTTP_ADDR: '127.0.0.1:1' })).rejects.toThrow('CONSUL_HTTP_ADDR: nobody answers at 127.0.0.1:1');
  });

  it('warns of a Zipkin that does not answer', async () => {
    await expect(check({ ZIPKIN_URL: 'http://127.0.0.1:1' })).resolves.toEqual([
      expect.stringContaining('ZIPKIN_URL: nobody answers at 127.0.0.1:1'),
    ]);
  });
});
