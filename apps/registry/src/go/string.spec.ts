import { quoteGo, unescapeGo } from './string.js';

describe(quoteGo.name, () => {
  it.each([
    ['plain ä', '"plain ä"'],
    ['"\\', '"\\"\\\\"'],
    ['\u0007\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\0\u001f\u007f', '"\\x00\\x1f\\x7f"'],
    ['a\ufeff\u0080\u200bb', '"a\\ufeff\\u0080\\u200bb"'],
    ['\u{1f600}\u{e0001}\u00a0x', '"\u{1f600}\\U000e0001\\u00a0x"'],
  ])('writes %j as Go does', (text, quoted) => {
    expect(quoteGo(text)).toBe(quoted);
  });

  it('writes what can be read again', () => {
    const text = 'a"b\\c\n\u0001';
    expect(unescapeGo(quoteGo(text).slice(1, -1).replaceAll('\\"', '"'))).toBe(text);
  });
});
