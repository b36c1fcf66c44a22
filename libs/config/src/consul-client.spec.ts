import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConsulClient, createConsulClient } from './consul-client.js';

const MIB = Buffer.alloc(1024 * 1024, ' ');

describe(createConsulClient.name, () => {
  let server: Server;
  let client: ConsulClient;
  let sentMib = 0;
  const closed = Promise.withResolvers<undefined>();

  async function start(answer: (response: ServerResponse) => void) {
    sentMib = 0;
    server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.once('close', () => {
        closed.resolve(undefined);
      });
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = createConsulClient({ address: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  }

  /** Writes blanks, for ever or so many MiB, as fast as they are taken. */
  function pour(response: ServerResponse, mib: number, last: string): void {
    while (!response.destroyed && sentMib < mib) {
      sentMib += 1;
      if (!response.write(MIB)) {
        response.once('drain', () => {
          pour(response, mib, last);
        });
        return;
      }
    }
    response.end(last);
  }

  afterEach(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });

  it('ends a call whose answer does not end', async () => {
    await start((response) => {
      pour(response, 1_000, '[]');
    });
    await expect(client.status.peers()).rejects.toThrow('The answer is larger than 16777216 bytes');
    await closed.promise;
    expect(sentMib).toBeLessThan(500);
  });

  it('takes an answer of fifteen MiB', async () => {
    await start((response) => {
      pour(response, 15, '["a"]');
    });
    expect(await client.status.peers()).toEqual(['a']);
  });
});
