import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { answerUnreadable } from './answer-unreadable.js';

describe('answerUnreadable', () => {
  let server: Server;

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Everything that comes back on a connection until it ends, and what the fault was. */
  async function send(text: string, listener: RequestListener = () => undefined, options = {}) {
    const faults: (string | undefined)[] = [];
    server = createServer(options, listener).on('clientError', (fault: NodeJS.ErrnoException, socket) => {
      faults.push(fault.code);
      if (socket instanceof Socket) answerUnreadable(fault, socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(text);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    return { answer, faults };
  }

  it('400 for what is not HTTP', async () => {
    const { answer } = await send('HELO there\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 400, code: 'INPUT_INVALID' });
  });

  it('431 for headers that are too large', async () => {
    const { answer, faults } = await send(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(faults[0]).toBe('HPE_HEADER_OVERFLOW');
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
  });

  it('408 for a request that does not come in', async () => {
    const { answer, faults } = await send('GET / HTTP/1.1\r\n', undefined, { headersTimeout: 50, connectionsCheckingInterval: 20 });
    expect(faults[0]).toBe('ERR_HTTP_REQUEST_TIMEOUT');
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it('adds nothing to an answer that is under way', async () => {
    const { answer, faults } = await send(
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n',
      (_, response) => {
        response.write('begun');
      },
    );
    expect(faults).toHaveLength(1);
    expect(answer).not.toContain('INPUT_INVALID');
  });
});
