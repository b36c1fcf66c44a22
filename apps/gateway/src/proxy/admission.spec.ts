import type { IncomingMessage } from 'node:http';
import { AppError } from '@app/errors';
import { admit } from './admission.js';

const MAX_TARGET = 100;

function request(overrides: Partial<IncomingMessage> & { host?: string } = {}): IncomingMessage {
  const { host = 'localhost:8080', ...rest } = overrides;
  return {
    httpVersion: '1.1',
    method: 'GET',
    url: '/a',
    headers: { host },
    rawHeaders: ['Host', host],
    ...rest,
  } as unknown as IncomingMessage;
}

function refusal(overrides: Parameters<typeof request>[0]): string {
  try {
    admit(request(overrides), MAX_TARGET);
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'admitted';
}

describe(admit.name, () => {
  it('gives target and end-to-end fields', () => {
    expect(admit(request({ url: '/a?b' }), MAX_TARGET)).toEqual({ target: { path: '/a', query: '?b' }, lines: [] });
  });

  it('refuses expectations other than the one that there is', () => {
    expect(refusal({ headers: { host: 'a', expect: 'foo' } })).toBe('GW_EXPECTATION_FAILED');
    expect(refusal({ headers: { host: 'a', expect: '100-Continue' } })).toBe('admitted');
  });

  it.each(['0.9', '2.0', '1.2'])('refuses HTTP/%s', (httpVersion) => {
    expect(refusal({ httpVersion })).toBe('GW_HTTP_VERSION');
  });

  it('takes HTTP/1.0, which some proxies speak to those behind them, but no chunks in it', () => {
    expect(refusal({ httpVersion: '1.0' })).toBe('admitted');
    const headers = { host: 'a', 'transfer-encoding': 'chunked' };
    expect(refusal({ httpVersion: '1.0', headers, rawHeaders: ['Host', 'a', 'Transfer-Encoding', 'chunked'] })).toBe('GW_BAD_REQUEST');
  });

  it.each(['TRACE', 'CONNECT'])('refuses %s', (method) => {
    expect(refusal({ method })).toBe('METHOD_NOT_ALLOWED');
  });

  it('refuses a target that is too long or malformed', () => {
    expect(refusal({ url: `/${'a'.repeat(MAX_TARGET)}` })).toBe('GW_URI_TOO_LONG');
    expect(refusal({ url: '/a/../b' })).toBe('GW_BAD_REQUEST');
  });

  it.each(['', 'a b', 'a,b', 'user@host', 'a/b', 'http://a', 'a:b', 'a:123456', '[::1', 'a..b', '.a'])('refuses the host %j', (host) => {
    expect(refusal({ host })).toBe('GW_BAD_REQUEST');
  });

  it.each(['a', 'A.example', 'a.example.', '127.0.0.1:80', '[::1]:8080', 'my_host:1'])('takes the host %j', (host) => {
    expect(refusal({ host })).toBe('admitted');
  });

  it('refuses WebSockets, and ignores other upgrades', () => {
    const rawHeaders = ['Host', 'a'];
    expect(refusal({ headers: { host: 'a', upgrade: 'WebSocket' }, rawHeaders })).toBe('GW_UPGRADE_UNSUPPORTED');
    expect(refusal({ headers: { host: 'a', upgrade: 'h2c' }, rawHeaders })).toBe('admitted');
  });
});
