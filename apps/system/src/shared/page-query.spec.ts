import { z } from 'zod';
import { pageParameters } from './page-query.js';

describe('pageParameters', () => {
  const schema = z.strictObject(pageParameters(200, 50));

  it('has the usual page when nothing is asked for', () => {
    expect(schema.parse({})).toEqual({ limit: 50, offset: 0 });
  });

  it('takes whole numbers within their bounds', () => {
    expect(schema.parse({ limit: '200', offset: '1000000' })).toEqual({ limit: 200, offset: 1_000_000 });
  });

  it.each(['0', '201', '-1', '1.5', '1e2', '0x10', ' 1', '', '12345678901', ['1', '2']])('refuses limit=%j by its rule', (limit) => {
    expect(schema.safeParse({ limit }).error?.issues).toEqual([
      expect.objectContaining({ path: ['limit'], message: 'must be a whole number from 1 to 200' }),
    ]);
  });
});
