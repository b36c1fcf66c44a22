import { AppError, CommonError } from '@app/errors';
import { errorCodeOf, toGatewayError } from './error-map.js';

const failure = (code: string) => Object.assign(new Error('failed'), { code });

describe(toGatewayError.name, () => {
  it.each([
    ['ECONNREFUSED', 502],
    ['EHOSTUNREACH', 502],
    ['ENOTFOUND', 502],
    ['UND_ERR_SOCKET', 502],
    ['HPE_INVALID_CONSTANT', 502],
    ['ECONNRESET', 502],
    ['UND_ERR_CONNECT_TIMEOUT', 504],
    ['UND_ERR_HEADERS_TIMEOUT', 504],
    ['UND_ERR_BODY_TIMEOUT', 504],
    ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 400],
  ])('%s is answered %i', (code, status) => {
    expect(toGatewayError(failure(code)).status).toBe(status);
  });

  it('leaves an AppError as it is, and does not show the cause of others', () => {
    const known = new AppError(CommonError.FORBIDDEN);
    expect(toGatewayError(known)).toBe(known);
    expect(toGatewayError(failure('ECONNREFUSED')).details.detail).toBeUndefined();
  });
});

describe(errorCodeOf.name, () => {
  it('looks into the errors of several addresses', () => {
    expect(errorCodeOf(new AggregateError([failure('ECONNREFUSED'), failure('EHOSTUNREACH')]))).toBe('ECONNREFUSED');
    expect(errorCodeOf(new Error('none'))).toBe('');
    expect(errorCodeOf('none')).toBe('');
  });
});
