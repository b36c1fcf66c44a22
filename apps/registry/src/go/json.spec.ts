import { GoJsonParser } from './json-parser.js';
import { parseGoJson } from './json.js';

describe(parseGoJson.name, () => {
  it('reads the first value and passes over the rest', () => {
    expect(parseGoJson(' {"a":[1,"b",null,true,{}]} and more')).toEqual({ value: { a: [1, 'b', null, true, {}] } });
    expect(parseGoJson('01')).toEqual({ value: 0 });
  });

  it.each([
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['[1.]', "invalid character ']' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['1e+x', "invalid character 'x' in exponent of numeric literal"],
    ['1e', 'unexpected EOF'],
    ['-', 'unexpected EOF'],
    ['ä', "invalid character 'Ã' looking for beginning of value"],
    ['€', "invalid character 'â' looking for beginning of value"],
    ['\u0001', "invalid character '\\x01' looking for beginning of value"],
    ['\u007f', "invalid character '\\x7f' looking for beginning of value"],
    ['["\u000b"]', "invalid character '\\v' in string literal"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['\\', "invalid character '\\\\' looking for beginning of value"],
    ['[1 "]', "invalid character '\"' after array element"],
  ])('says of %j what Go says', (json, error) => {
    expect(parseGoJson(json)).toEqual({ error });
  });

  it('goes as deep as Go, and no deeper', () => {
    const nested = (open: string, depth: number, close: string) => parseGoJson(`${open.repeat(depth)}${close.repeat(depth)}`);
    expect(nested('[', 10_000, ']')).toHaveProperty('value');
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const error = `invalid character '${open.slice(0, 1)}' exceeded max depth`;
      expect([nested(open, 10_001, close), nested(open, 100_000, '')]).toEqual([{ error }, { error }]);
    }
  });

  it('reads many lists beside each other, however many there are', () => {
    const { value } = parseGoJson(`[${Array.from({ length: 20_000 }, () => '[]').join()}]`) as { value: unknown[] };
    expect(value).toHaveLength(20_000);
  });

  it('rounds whole numbers only where it is not to be exact', () => {
    const json = '[18446744073709551615,"18446744073709551615",1.5,12345678901234567890.5,-1]';
    expect(parseGoJson(json)).toEqual({ value: [2 ** 64, '18446744073709551615', 1.5, 12345678901234567000, -1] });
    expect(parseGoJson(json, true)).toEqual({ value: [2n ** 64n - 1n, '18446744073709551615', 1.5, 12345678901234567000, -1] });
  });

  it('reads no number exactly that even a double does not hold', () => {
    const [long, longer] = ['9'.repeat(400), '9'.repeat(401)];
    expect(parseGoJson(`[${long},${longer},-${longer}]`, true)).toEqual({ value: [10n ** 400n - 1n, Infinity, -Infinity] });
  });
});

describe(GoJsonParser.name, () => {
  it.each([
    '{"a":{"b":[[],{},[{"c":null}]]},"":-0.5e-3,"__proto__":{"x":1}}',
    ' [ "\\u00e4\\n\\"\\\\/" , "\\ud83d\\ude00" , 1E3 , -12 , 0 , true , false , null ] ',
    '"text"',
    '17',
  ])('reads %s as JSON.parse does', (json) => {
    expect(new GoJsonParser(json, false).parse()).toEqual({ value: JSON.parse(json) as unknown });
  });

  it('makes a field of every name, also of one that objects have a meaning for', () => {
    const { value } = new GoJsonParser('{"__proto__":{"polluted":true}}', false).parse() as { value: object };
    expect([Object.keys(value), 'polluted' in value]).toEqual([['__proto__'], false]);
  });
});
