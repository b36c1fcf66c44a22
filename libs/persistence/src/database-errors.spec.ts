import { QueryFailedError } from 'typeorm';
import { isConnectionError, isTimeout, isUniqueViolation, sqlStateOf } from './database-errors.js';

const failure = (code: string, rest: object = {}) => Object.assign(new Error('failed'), { code, ...rest });

describe('errors of the database', () => {
  it('finds the code through what TypeORM wraps around it', () => {
    expect(sqlStateOf(new QueryFailedError('SELECT 1', [], failure('40001')))).toBe('40001');
    expect(sqlStateOf(new Error('no code'))).toBeUndefined();
    expect(sqlStateOf('no error')).toBeUndefined();
  });

  it.each(['ECONNREFUSED', '08006', '57P01', '57P03', '53300'])('takes %s for a lost connection', (code) => {
    expect(isConnectionError(failure(code))).toBe(true);
    expect(isConnectionError(new AggregateError([failure(code)]))).toBe(true);
  });

  it.each(['23505', '42P01', '57014', 'ENOENT'])('does not take %s for a lost connection', (code) => {
    expect(isConnectionError(failure(code))).toBe(false);
  });

  it.each(['57014', '55P03'])('takes %s for a timeout', (code) => {
    expect(isTimeout(failure(code))).toBe(true);
    expect(isTimeout(new QueryFailedError('SELECT 1', [], failure(code)))).toBe(true);
  });

  it.each(['57P01', '40001', 'ETIMEDOUT'])('does not take %s for a timeout of a statement', (code) => {
    expect(isTimeout(failure(code))).toBe(false);
    expect(isTimeout(new Error('no code'))).toBe(false);
  });

  it('tells a unique violation by its constraint', () => {
    const error = new QueryFailedError('INSERT', [], failure('23505', { constraint: 'user_username_key' }));
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'user_username_key')).toBe(true);
    expect(isUniqueViolation(error, 'other_key')).toBe(false);
    expect(isUniqueViolation(failure('23503'))).toBe(false);
  });
});
