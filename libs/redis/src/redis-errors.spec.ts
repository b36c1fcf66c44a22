import { isRedisConnectionError } from './redis-errors.js';

describe('isRedisConnectionError', () => {
  it.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new Error('Command timed out'),
    new Error('Connection is closed.'),
    new Error('LOADING Redis is loading the dataset in memory'),
    Object.assign(new Error('x'), { name: 'MaxRetriesPerRequestError' }),
  ])('takes "%s" for a server that is away', (error) => {
    expect(isRedisConnectionError(error)).toBe(true);
  });

  it.each([new Error('WRONGTYPE Operation against a key'), new Error('NOSCRIPT No matching script'), 'Command timed out', undefined])(
    'does not take "%s" for one',
    (error) => {
      expect(isRedisConnectionError(error)).toBe(false);
    },
  );
});
