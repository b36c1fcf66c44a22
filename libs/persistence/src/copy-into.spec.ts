import { toCopyText } from './copy-into.js';

describe('toCopyText', () => {
  it.each([
    [null, '\\N'],
    [undefined, '\\N'],
    ['', ''],
    ['\\N', '\\\\N'],
    ['a\tb\nc\rd\\e', 'a\\tb\\nc\\rd\\\\e'],
    ['浙A12345', '浙A12345'],
    [-0.5, '-0.5'],
    [12345678901234567890n, '12345678901234567890'],
    [true, 'true'],
    [new Date('2026-01-02T03:04:05.006Z'), '2026-01-02T03:04:05.006Z'],
    [new Uint8Array([0, 255]), '\\\\x00ff'],
    [[1, 2.5, null], '{1,2.5,NULL}'],
    [['a"b', 'c\\d', ''], '{"a\\\\"b","c\\\\\\\\d",""}'],
    [[], '{}'],
  ])('writes %p as %p', (value, text) => {
    expect(toCopyText(value)).toBe(text);
  });
});
