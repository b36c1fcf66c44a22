import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS, TOKEN } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

const MEGABYTE = 1024 * 1024;
let rig: GatewayRig;
let upstream: Upstream;
let written = 0;
let received = 0;
let hasWrittenSecond = false;

beforeAll(async () => {
  rig = await GatewayRig.start({
    env: { GATEWAY_LIMITS_BODY: String(32 * MEGABYTE), GATEWAY_TIMEOUTS_BODY: '2000', GATEWAY_TIMEOUTS_RESPONSE: '1000' },
  });
  upstream = await startUpstream((incoming, response) => {
    if (incoming.url === '/echo') incoming.pipe(response);
    else if (incoming.url === '/pour') {
      const chunk = Buffer.alloc(64 * 1024);
      const pour = () => {
        while (written < 64 * MEGABYTE) {
          written += chunk.length;
          if (!response.write(chunk)) return;
        }
        response.end();
      };
      response.on('drain', pour);
      pour();
    } else if (incoming.url === '/swallow-slowly') {
      incoming.on('data', (chunk: Buffer) => (received += chunk.length)).pause();
    } else if (incoming.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
      setTimeout(() => {
        hasWrittenSecond = true;
        response.write('data: second\n\n');
      }, 3000);
    } else if (incoming.url === '/hints') {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('after hints');
    } else if (incoming.url === '/early') response.writeHead(403).end('no need to go on');
    else if (incoming.url === '/empty') response.writeHead(204).end();
    else {
      incoming.resume();
      response.writeHead(200, { 'content-length': '7' }).end('content');
    }
  });
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

describe('bodies', () => {
  it('pass unchanged, with a length and in chunks', async () => {
    const body = randomBytes(5 * MEGABYTE);
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const sized = await rig.call('/api/demo/echo', { method: 'POST', body });
    expect(digest(Buffer.from(await sized.arrayBuffer()))).toBe(digest(body));
    const chunked = await rig.call('/api/demo/echo', {
      method: 'PUT',
      body: Readable.toWeb(Readable.from([body])),
      duplex: 'half',
    });
    expect(digest(Buffer.from(await chunked.arrayBuffer()))).toBe(digest(body));
  });

  it('of an answer come no faster than the client takes them', async () => {
    const answer = await new Promise<Readable>((resolve, reject) => {
      request({ port: rig.port, path: '/api/demo/pour', headers: { authorization: `Bearer ${TOKEN}` } }, resolve)
        .on('error', reject)
        .end();
    });
    answer.pause();
    await waitFor(() => written > 0);
    await waitFor(async () => {
      const before = written;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return written === before;
    });
    expect(written).toBeLessThan(40 * MEGABYTE);
    expect((await buffer(answer)).length).toBe(64 * MEGABYTE);
  });

  it('of a request are taken no faster than the upstream takes them', async () => {
    let sent = 0;
    const outgoing = request({
      port: rig.port,
      method: 'POST',
      path: '/api/demo/swallow-slowly',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    outgoing.on('error', () => undefined);
    const chunk = Buffer.alloc(64 * 1024);
    const pump = () => {
      while (sent < 30 * MEGABYTE) {
        sent += chunk.length;
        if (!outgoing.write(chunk)) return;
      }
    };
    outgoing.on('drain', pump);
    pump();
    await waitFor(async () => {
      const before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return sent === before;
    });
    outgoing.destroy();
    expect(sent).toBeLessThan(20 * MEGABYTE);
    expect(received).toBeLessThan(MEGABYTE);
  });

  it('longer than allowed are refused, also when no length was said', async () => {
    const chunks = Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(MEGABYTE)));
    const answer = rig.call('/api/demo/echo', { method: 'POST', body: Readable.toWeb(chunks), duplex: 'half' });
    // The upstream has begun to answer with what came first: then the answer is cut off.
    const outcome = await answer
      .then(
        async (response) => (response.status === 413 ? 'refused' : response.arrayBuffer()),
        () => 'cut off',
      )
      .catch(() => 'cut off');
    expect(['refused', 'cut off']).toContain(outcome);
  });

  it('need not be read to the end: the answer arrives all the same', async () => {
    const answer = await rig.call('/api/demo/early', { method: 'POST', body: Buffer.alloc(MEGABYTE) });
    expect([answer.status, await answer.text()]).toEqual([403, 'no need to go on']);
  });
});

describe('answers', () => {
  it('of events come at once, and may pause for long', async () => {
    const answer = await rig.call('/api/demo/events', { headers: { accept: 'text/event-stream' } });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('data: first\n\n');
    expect(hasWrittenSecond).toBe(false);
    expect((await reader.read()).value).toBe('data: second\n\n');
    await reader.cancel();
  });

  it('that are interim are not taken for the final one', async () => {
    const answer = await rig.call('/api/demo/hints');
    expect([answer.status, await answer.text()]).toEqual([200, 'after hints']);
  });

  it('to HEAD and without content have the head they should', async () => {
    const head = await rig.call('/api/demo/x', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '7', '']);
    const empty = await rig.call('/api/demo/empty');
    expect([empty.status, empty.headers.get('content-length'), await empty.text()]).toEqual([204, null, '']);
  });
});
