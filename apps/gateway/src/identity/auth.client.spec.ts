import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DiscoveryService } from '@app/discovery';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { AuthClient } from './auth.client.js';

const REFUSED = { code: 'UNAUTHENTICATED' };
const UNAVAILABLE = { code: 'GW_IDENTITY_UNAVAILABLE', details: { retryAfterSeconds: 1 } };

describe(AuthClient.name, () => {
  let server: Server;
  let sut: AuthClient;
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume();
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const lease = { instance: { id: 'auth', address: '127.0.0.1', port }, release: () => undefined };
    const discovery = { pick: () => lease };
    const config = { value: { clientId: 'gateway', clientSecret: 'secret' } };
    sut = new AuthClient(config as LiveGatewayConfig, discovery as unknown as DiscoveryService);
  });
  afterEach(async () => {
    await sut.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
  });

  it('takes a refusal of the token for one, and no more than that', async () => {
    let error = '';
    answer = (response) => response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    for (error of ['invalid_grant', 'invalid_request']) await expect(sut.exchange('t', 'system')).rejects.toMatchObject(REFUSED);
    error = 'invalid_grant';
    await expect(sut.refresh('r')).rejects.toMatchObject(REFUSED);
    error = 'invalid_request';
    await expect(sut.refresh('r')).rejects.toMatchObject(UNAVAILABLE);
    error = 'invalid_target';
    await expect(sut.exchange('t', 'system')).rejects.toMatchObject(UNAVAILABLE);
  });

  it('opens only so many connections, lets only so many wait, and answers again when they are through', async () => {
    const held: ServerResponse[] = [];
    const give = (response: ServerResponse) => response.end(JSON.stringify({ access_token: 'internal' }));
    const isFull = Promise.withResolvers<undefined>();
    answer = (response) => {
      if (held.push(response) === 64) isFull.resolve(undefined);
    };
    const calls = Array.from({ length: 512 }, (_, index) => sut.exchange(`unknown ${index}`, 'system'));
    await expect(sut.exchange('one more', 'system')).rejects.toMatchObject(UNAVAILABLE);
    await isFull.promise;
    const open = await new Promise<number>((resolve) => {
      server.getConnections((_, count) => {
        resolve(count);
      });
    });
    expect([open, held.length]).toEqual([64, 64]);
    answer = give;
    held.forEach(give);
    await expect(Promise.all(calls)).resolves.toHaveLength(512);
    await expect(sut.exchange('one more', 'system')).resolves.toMatchObject({ access_token: 'internal' });
  });
});
