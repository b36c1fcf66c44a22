import { requestIdOf } from './request-id.js';

describe('requestIdOf', () => {
  const idOf = (value: string | string[] | undefined) => requestIdOf({ headers: { 'x-request-id': value } });

  it('keeps a sane id', () => {
    expect(idOf('0198a-Order.7_b')).toBe('0198a-Order.7_b');
  });

  it.each([undefined, '', 'a b', 'a\nb', 'x'.repeat(65), 'ä', '{"a":1}'])('makes one instead of %j', (given) => {
    expect(idOf(given)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });
});
