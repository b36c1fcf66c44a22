import { randomBytes } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { checkUploadHeaders, readLines } from './upload.js';

const limits = { bytes: 1_000, lines: 10, lineBytes: 100 };
const check = (headers: Record<string, string>) => checkUploadHeaders(headers, limits);

describe('checkUploadHeaders', () => {
  it.each<Record<string, string>>([
    {},
    { 'content-type': 'application/x-ndjson' },
    { 'content-type': 'TEXT/PLAIN; charset=utf-8' },
    { 'content-encoding': 'identity' },
  ])('takes %j as it is', (headers) => {
    expect(check(headers)).toEqual({ isPacked: false });
  });

  it('unpacks gzip, by either of its names', () => {
    expect(check({ 'content-encoding': 'gzip' })).toEqual({ isPacked: true });
    expect(check({ 'content-encoding': ' X-GZIP ', 'content-length': '1000' })).toEqual({ isPacked: true });
  });

  it.each<[Record<string, string>, string]>([
    [{ 'content-type': 'application/json' }, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ 'content-encoding': 'br' }, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ 'content-encoding': 'gzip, gzip' }, 'UNSUPPORTED_MEDIA_TYPE'],
    [{ 'content-length': '1001' }, 'DYN_UPLOAD_TOO_LARGE'],
  ])('refuses %j', (headers, code) => {
    expect(() => check(headers)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('readLines', () => {
  const roomy = { bytes: 10_000_000, lines: 1_000_000, lineBytes: 1_000 };
  const text = randomBytes(200_000).toString('hex').replaceAll(/.{99}/g, '$&\n');
  const isBroken = expect.objectContaining({ code: 'DYN_UPLOAD_BROKEN' }) as unknown;

  function requestWith(body: Buffer): IncomingMessage {
    const request = new IncomingMessage(new Socket());
    request.push(body);
    return request;
  }

  it.each([
    ['plain', false],
    ['gzip', true],
  ])('ends a %s upload whose sender was gone before it was read', async (_, isPacked) => {
    const request = requestWith(gzipSync(text));
    request.destroy();
    await new Promise((resolve) => request.once('close', resolve));
    await expect(readLines(request, isPacked, roomy).next()).rejects.toEqual(isBroken);
  });

  it.each([
    ['plain', false],
    ['gzip', true],
  ])('ends a %s upload that was received wholly and whose sender goes away while it is read', async (_, isPacked) => {
    const request = requestWith(isPacked ? gzipSync(text) : Buffer.from(text));
    request.complete = true;
    const lines = readLines(request, isPacked, roomy);
    await lines.next();
    request.destroy();
    const rest = async () => {
      for await (const part of lines) expect(part.length).toBeGreaterThan(0);
    };
    await expect(rest()).rejects.toEqual(isBroken);
  });
});
