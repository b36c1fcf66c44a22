import { AppError, CommonError } from '@app/errors';
import { redact, redactText, serializeError } from './redaction.js';

describe('redact', () => {
  it.each([
    'authorization',
    'Proxy-Authorization',
    'set-cookie',
    'client_secret',
    'refreshToken',
    'passwordHash',
    'x-api-key',
    'credentials',
  ])('censors %s at any depth', (key) => {
    expect(redact({ [key]: 'hunter2', request: { headers: [{ [key]: ['hunter2'] }] } })).toEqual({
      [key]: '[redacted]',
      request: { headers: [{ [key]: '[redacted]' }] },
    });
  });

  it('keeps numbers, flags and what is no secret', () => {
    const fields = { tokens: 5, isSecret: false, cookie: null, path: '/oauth2/login', at: new Date(0), none: undefined };
    expect(redact(fields)).toEqual(fields);
  });

  it('censors the password of an address in a value', () => {
    expect(redact({ database: 'postgres://system:hunter2@db:5432/causeway' })).toEqual({
      database: 'postgres://system:[redacted]@db:5432/causeway',
    });
  });

  it('leaves out what lies too deep, so that a cycle ends', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle.self = cycle;
    expect(JSON.stringify(redact(cycle)).length).toBeLessThan(200);
  });
});

describe('redactText', () => {
  it('leaves text without addresses alone', () => {
    expect(redactText('12:30 user@example.org')).toBe('12:30 user@example.org');
    expect(redactText('see https://example.org/a:b@c')).toBe('see https://example.org/a:b@c');
  });
});

describe('serializeError', () => {
  it('tells type, code, context and causes, no other property', () => {
    const cause = Object.assign(new Error('connect to redis://:hunter2@cache failed'), { code: 'ECONNREFUSED', headers: { cookie: 'a' } });
    const error = new AppError(CommonError.UNAVAILABLE, { cause, context: { station: '3301', token: 'abc' } });
    expect(serializeError(error)).toEqual({
      type: 'AppError',
      message: 'Temporarily unavailable',
      code: 'UNAVAILABLE',
      context: { station: '3301', token: '[redacted]' },
      stack: expect.any(String) as string,
      cause: {
        type: 'Error',
        message: 'connect to redis://:[redacted]@cache failed',
        code: 'ECONNREFUSED',
        stack: expect.not.stringContaining('hunter2') as string,
      },
    });
  });

  it('ends where causes form a cycle', () => {
    const error = new Error('a');
    error.cause = error;
    expect(JSON.stringify(serializeError(error)).match(/"message"/g)).toHaveLength(6);
  });

  it('takes an error whose message is no text', () => {
    const error = Object.assign(new Error(), { message: undefined });
    expect(serializeError(error)).toMatchObject({ type: 'Error', message: '' });
  });
});
