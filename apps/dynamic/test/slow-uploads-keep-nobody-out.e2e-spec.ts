import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { freshRedis, passRecord, startTokenIssuer, type TokenIssuer, waitFor } from '@app/testing';
import { DynamicUnderTest, toLines } from './dynamic-under-test.js';

const SLOW = { sub: 'slow-station', client_id: 'slow-station' };
const OTHER = { sub: 'other-station', client_id: 'other-station' };

let issuer: TokenIssuer;
let dynamic: DynamicUnderTest;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  dynamic = await DynamicUnderTest.start(issuer, (await freshRedis()).url, { DYNAMIC_UPLOADS: '4' });
});

afterAll(async () => {
  await dynamic.service.stop();
  await issuer.stop();
});

/** Begins an upload that claims a million bytes, and brings a hundred and then one a second. @returns the answer, once the server has had enough */
function trickle(body: Buffer, headers: Record<string, string>): Promise<[IncomingMessage]> {
  const request = httpRequest(`${dynamic.service.url}/streams/pass-records`, {
    method: 'POST',
    headers: { 'content-length': '1000000', ...headers },
  });
  request.on('error', () => undefined);
  let sent = 100;
  request.write(body.subarray(0, sent));
  const timer = setInterval(() => request.write(body.subarray(sent, (sent += 1))), 1_000);
  request.once('close', () => {
    clearInterval(timer);
  });
  return once(request, 'response') as Promise<[IncomingMessage]>;
}

/** As {@link trickle}; begun again when the place was just taken by another upload of the same sender. */
async function trickleOnceTaken(body: Buffer, headers: Record<string, string>): Promise<IncomingMessage> {
  for (;;) {
    const [response] = await trickle(body, headers);
    if (response.statusCode !== 429) return response;
    response.resume();
  }
}

async function problemOf(response: IncomingMessage): Promise<{ status: number | undefined; code: string; detail: string }> {
  let body = '';
  for await (const chunk of response as AsyncIterable<Buffer>) body += chunk.toString();
  const { code, detail } = JSON.parse(body) as { code: string; detail: string };
  return { status: response.statusCode, code, detail };
}

const postAs = (claims: typeof SLOW) => dynamic.post(toLines([passRecord()]), {}, claims);

it('ends uploads that trickle with 408, and meanwhile leaves half of the places to other senders', async () => {
  const started = performance.now();
  const headers = await dynamic.headers(SLOW);
  const body = Buffer.from(toLines([passRecord(), passRecord()]));
  const answers = Promise.all([
    trickleOnceTaken(body, headers),
    trickleOnceTaken(gzipSync(body), { ...headers, 'content-encoding': 'gzip' }),
  ]);
  const refused = await waitFor(async () => {
    const response = await postAs(SLOW);
    return response.status === 429 ? response : undefined;
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({
    code: 'DYN_SENDER_TOO_MANY_UPLOADS',
    detail: 'A sender may have 2 uploads under way, half of what is taken at once',
  });
  expect((await postAs(OTHER)).status).toBe(200);

  for (const response of await answers) {
    const { status, code, detail } = await problemOf(response);
    expect([status, code]).toEqual([408, 'DYN_UPLOAD_TOO_SLOW']);
    expect(detail).toContain('1024 bytes per second');
    expect(response.headers.connection).toBe('close');
  }
  expect(performance.now() - started).toBeLessThan(20_000);
  expect((await postAs(SLOW)).status).toBe(200);
});
