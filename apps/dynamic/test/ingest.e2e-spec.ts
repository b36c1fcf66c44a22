import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { IngestAnswer } from '@app/contracts';
import { freshRedis, passRecord, startTokenIssuer, type TokenIssuer, waitFor } from '@app/testing';
import { DynamicUnderTest, toLines } from './dynamic-under-test.js';

const LIMITS = { DYNAMIC_UPLOAD_BYTES: '2000000', DYNAMIC_UPLOAD_LINES: '5000' };

let issuer: TokenIssuer;
let dynamic: DynamicUnderTest;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  dynamic = await DynamicUnderTest.start(issuer, (await freshRedis()).url, LIMITS);
});

afterAll(async () => {
  await dynamic.service.stop();
  await issuer.stop();
});

async function answerOf(response: Response): Promise<IngestAnswer> {
  expect(response.status).toBe(200);
  return (await response.json()) as IngestAnswer;
}

async function problemOf(response: Response, status: number): Promise<{ code: string; detail?: string }> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return (await response.json()) as { code: string };
}

describe('what becomes of lines', () => {
  it('accepts, finds duplicates and rejects line by line, and the rest of the batch goes on', async () => {
    const [one, two] = [passRecord(), passRecord()];
    const body = [
      JSON.stringify(one),
      '',
      JSON.stringify({ ...two, length: 999 }),
      `${JSON.stringify(two)}\r`,
      JSON.stringify({ ...one, grossWeight: 30_000 }),
      '{"recordId":',
      JSON.stringify({ ...two, colour: 'red' }),
      '   ',
      JSON.stringify({ ...passRecord(), passedAt: new Date(Date.now() + 360_000).toISOString() }),
      JSON.stringify({ ...passRecord(), media: [{ kind: 'snapshot', uri: 'x'.repeat(70_000), sha256: '0'.repeat(64) }] }),
      JSON.stringify(passRecord()),
    ].join('\n');
    expect(await answerOf(await dynamic.post(body))).toEqual({
      accepted: 3,
      duplicates: 1,
      rejected: [
        { line: 3, field: 'length', reason: expect.any(String) as string },
        { line: 6, field: '', reason: 'must be one JSON object' },
        { line: 7, field: 'colour', reason: 'is not a known field' },
        { line: 8, field: '', reason: 'must be one JSON object' },
        { line: 9, field: 'passedAt', reason: 'must not be more than 5 minutes ahead' },
        { line: 10, field: '', reason: 'must be at most 65536 bytes long' },
      ],
      rejectedCount: 6,
    });
  });

  it('rejects passes before the calendar of the keys, which no report could tell apart', async () => {
    const offsets = ['+14:00', '+15:00', '+16:00', '+23:00'];
    const answer = await dynamic.send(offsets.map((offset) => passRecord({ passedAt: `0000-01-01T00:00:00${offset}` })));
    const reason = 'must lie in the years 0001 to 9999 of Asia/Shanghai';
    expect(answer.rejected).toEqual(offsets.map((_, index) => ({ line: index + 1, field: 'passedAt', reason })));
    expect(answer).toMatchObject({ accepted: 0, rejectedCount: 4 });
  });

  it('takes a first line that is only a byte order mark as empty', async () => {
    const answer = await answerOf(await dynamic.post(`\ufeff\n${toLines([passRecord()])}`));
    expect(answer).toEqual({ accepted: 1, duplicates: 0, rejected: [], rejectedCount: 0 });
  });

  it('rejects a line that is not UTF-8', async () => {
    const good = Buffer.from(toLines([passRecord({ plate: '浙A12345' })]));
    const answer = await answerOf(await dynamic.post(Buffer.concat([Buffer.from('{"recordId":"\xff"}\n', 'latin1'), good])));
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ line: 1, field: '', reason: 'must be UTF-8' }] });
  });

  it('caps the list of rejected lines, not their count', async () => {
    const answer = await answerOf(await dynamic.post('{}\n'.repeat(250)));
    expect(answer.rejected).toHaveLength(100);
    expect(answer.rejectedCount).toBe(250);
  });

  it('answers an empty upload with zeros', async () => {
    expect(await answerOf(await dynamic.post('\n\r\n'))).toEqual({ accepted: 0, duplicates: 0, rejected: [], rejectedCount: 0 });
  });

  it('knows a record again in later uploads, whatever else of it differs, and not at another station', async () => {
    const records = Array.from({ length: 700 }, () => passRecord());
    expect(await dynamic.send(records)).toMatchObject({ accepted: 700, duplicates: 0 });
    expect(await dynamic.send(records)).toMatchObject({ accepted: 0, duplicates: 700 });
    const elsewhere = records.slice(0, 10).map((record) => ({ ...record, stationCode: '3301060001' }));
    expect(await dynamic.send(elsewhere)).toMatchObject({ accepted: 10, duplicates: 0 });
    const changed = records.slice(0, 10).map((record) => ({ ...record, grossWeight: 1, passedAt: '2012-01-01T00:00:00+08:00' }));
    expect(await dynamic.send(changed)).toMatchObject({ accepted: 0, duplicates: 10 });
  });

  it('accepts a record once of many uploads at once', async () => {
    const records = Array.from({ length: 50 }, () => passRecord());
    const answers = await Promise.all(Array.from({ length: 20 }, () => dynamic.send(records)));
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(50);
    expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(19 * 50);
  });

  it("rejects stations outside of the sender's area", async () => {
    const lines = toLines([passRecord(), passRecord({ stationCode: '3302030001' })]);
    const answer = await answerOf(await dynamic.post(lines, {}, { area: '3301' }));
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ line: 2, field: 'stationCode' }] });
  });
});

describe('how an upload may come', () => {
  it.each(['text/plain; charset=utf-8', 'application/octet-stream', 'Application/X-NDJSON'])('takes %s', async (type) => {
    expect(await answerOf(await dynamic.post(toLines([passRecord()]), { 'content-type': type }))).toMatchObject({ accepted: 1 });
  });

  it('takes a body without a type', async () => {
    const { status, body } = await rawPost({}, [toLines([passRecord()])]);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ accepted: 1 });
  });

  it.each(['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'nonsense'])(
    'refuses %s',
    async (type) => {
      const problem = await problemOf(await dynamic.post('{}', { 'content-type': type }), 415);
      expect(problem.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    },
  );

  it('takes gzip, in any pieces', async () => {
    const packed = gzipSync(toLines(Array.from({ length: 300 }, () => passRecord())));
    const pieces = Array.from({ length: Math.ceil(packed.length / 97) }, (_, index) => packed.subarray(index * 97, index * 97 + 97));
    const { status, body } = await rawPost({ 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' }, pieces);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ accepted: 300 });
  });

  it('refuses another coding', async () => {
    expect((await problemOf(await dynamic.post('{}', { 'content-encoding': 'br' }), 415)).code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  it('refuses what is not gzip, and what is cut off; lines that were taken stay taken', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await problemOf(await dynamic.post('plainly not', headers), 400)).code).toBe('DYN_UPLOAD_BROKEN');
    const records = Array.from({ length: 4_500 }, (_, index) => passRecord({ recordId: `cut-${index}-${Math.random()}` }));
    const packed = gzipSync(toLines(records));
    const problem = await problemOf(await dynamic.post(packed.subarray(0, packed.length - 20), headers), 400);
    expect(problem.detail).toContain('stay taken');
    const answer = await dynamic.send(records);
    expect(answer.accepted + answer.duplicates).toBe(4_500);
    expect(answer.duplicates).toBeGreaterThanOrEqual(2_000);
  });

  it('stops a bomb at its limit', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, '\n'));
    const problem = await problemOf(await dynamic.post(bomb, { 'content-encoding': 'gzip' }), 413);
    expect(problem.code).toBe('DYN_UPLOAD_TOO_LARGE');
  });

  it('refuses too many lines and too many bytes, declared or not', async () => {
    expect((await problemOf(await dynamic.post('\n'.repeat(5_001)), 413)).code).toBe('DYN_UPLOAD_TOO_LARGE');
    expect((await problemOf(await dynamic.post('x'.repeat(2_000_001)), 413)).code).toBe('DYN_UPLOAD_TOO_LARGE');
    const pieces = Array.from({ length: 40 }, () => `${'x'.repeat(60_000)}\n`);
    expect((await rawPost({ 'content-type': 'application/x-ndjson' }, pieces)).status).toBe(413);
  });

  it('survives senders that go away', async () => {
    const records = Array.from({ length: 2_500 }, () => passRecord());
    const request = httpRequest(`${dynamic.service.url}/streams/pass-records`, { method: 'POST', headers: await dynamic.headers() });
    request.on('error', () => undefined);
    request.write(toLines(records));
    request.write('{"recordId":"half');
    await waitFor(() => request.writableLength === 0);
    const [aborts, received] = [await aborted(), await metric('dynamic_pass_records_received_total')];
    request.destroy();
    await waitFor(async () => (await aborted()) > aborts);
    const taken = (await metric('dynamic_pass_records_received_total')) - received;
    expect(await dynamic.send(records)).toMatchObject({ accepted: 2_500 - taken, duplicates: taken });
  });
});

describe('who may send', () => {
  it('asks for a token with the permission', async () => {
    const anonymous = await fetch(`${dynamic.service.url}/streams/pass-records`, { method: 'POST', body: toLines([passRecord()]) });
    expect((await problemOf(anonymous, 401)).code).toBe('UNAUTHENTICATED');
    const denied = await dynamic.post(toLines([passRecord()]), {}, { permissions: ['dynamic:counters:read'] });
    expect((await problemOf(denied, 403)).code).toBe('FORBIDDEN');
    expect((await problemOf(await dynamic.post('', {}, { aud: 'statistics' }), 401)).code).toBe('UNAUTHENTICATED');
  });
});

describe('a full log', () => {
  it('answers 503 with Retry-After, and takes records again later', async () => {
    const other = await DynamicUnderTest.start(issuer, (await freshRedis()).url, {
      STREAMING_BACKLOG_LIMIT: '100',
      STREAMING_TAIL: '0',
    });
    try {
      // Group `statistics` never reads here, so nothing may be dropped.
      expect(await other.send(Array.from({ length: 100 }, () => passRecord()))).toMatchObject({ accepted: 100 });
      const response = await other.post(toLines([passRecord()]));
      expect(response.headers.get('retry-after')).toBe('2');
      expect((await problemOf(response, 503)).code).toBe('STREAM_BACKLOG_FULL');
    } finally {
      await other.service.stop();
    }
  });
});

async function rawPost(headers: Record<string, string>, pieces: readonly (string | Buffer)[]): Promise<{ status: number; body: string }> {
  const request = httpRequest(`${dynamic.service.url}/streams/pass-records`, {
    method: 'POST',
    headers: { ...(await dynamic.headers()), ...headers },
  });
  // The answer may come, and the connection end, before the last piece is sent.
  request.on('error', () => undefined);
  const answered = once(request, 'response') as Promise<[AsyncIterable<Buffer> & { statusCode: number }]>;
  for (const piece of pieces) request.write(piece);
  request.end();
  const [response] = await answered;
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  return { status: response.statusCode, body };
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${dynamic.service.url}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\d+)`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0);
}

async function aborted(): Promise<number> {
  return (await dynamic.service.logs()).filter(({ msg }) => msg === 'An upload was not taken to its end').length;
}
