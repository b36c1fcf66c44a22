import { checkUploadHeaders } from './upload.js';

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
