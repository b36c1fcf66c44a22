import { any, bool, bytes, decodeBody, type GoType, int, listOf, mapOf, optional, preset, struct, text, uint64 } from './decode.js';

const INNER = struct({ name: 'Inner', type: 'pkg.Inner', fields: { Port: int } });
const OUTER = struct({
  name: '',
  type: 'struct',
  embedded: 'Alias.',
  aliases: { is_on: 'IsOn' },
  fields: {
    Name: text,
    IsOn: bool,
    Tags: listOf(text, '[]string'),
    Meta: mapOf(text, 'map[string]string'),
    Inner: optional(INNER),
  },
});
const decode = (json: string) => decodeBody(Buffer.from(json), OUTER);

describe(decodeBody.name, () => {
  it('reads fields in any capitals, and takes null for nothing', () => {
    expect(decode('{"NAME":"a","is_on":true,"tags":["x"],"Meta":null,"inner":{"port":1}}')).toEqual({
      Name: 'a',
      IsOn: true,
      Tags: ['x'],
      Meta: {},
      Inner: { Port: 1 },
    });
    expect(decode('null')).toEqual({ Name: '', IsOn: false, Tags: [], Meta: {}, Inner: undefined });
  });

  it('reads the first value only, as Go does', () => {
    expect(decode(' {"Name":"a"} and more').Name).toBe('a');
  });

  it.each([
    ['', 'EOF'],
    ['  ', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"Name"', 'unexpected EOF'],
    ['{"Name":"a', 'unexpected EOF'],
    ['{"Name":tru', 'unexpected EOF'],
    ['{"Name":}', "invalid character '}' looking for beginning of value"],
    ['{"Name":"a",}', "invalid character '}' looking for beginning of object key string"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"Name" 1}', "invalid character '1' after object key"],
    ['{"Name":1 2}', "invalid character '2' after object key:value pair"],
    ['{"Tags":[1 2]}', "invalid character '2' after array element"],
    ['{"Name":"\\x"}', "invalid character 'x' in string escape code"],
    ['{"Name":"\\u12g4"}', "invalid character 'g' in \\u hexadecimal character escape"],
    ['{"Name":"\n"}', "invalid character '\\n' in string literal"],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['{"Name":1}', 'json: cannot unmarshal number into Go struct field .Alias.Name of type string'],
    ['{"is_on":1}', 'json: cannot unmarshal number into Go struct field .is_on of type bool'],
    ['{"Tags":"x"}', 'json: cannot unmarshal string into Go struct field .Alias.Tags of type []string'],
    ['{"Tags":[1]}', 'json: cannot unmarshal number into Go struct field .Alias.Tags of type string'],
    ['{"Meta":[]}', 'json: cannot unmarshal array into Go struct field .Alias.Meta of type map[string]string'],
    ['{"Inner":true}', 'json: cannot unmarshal bool into Go struct field .Alias.Inner of type pkg.Inner'],
    ['{"Inner":{"Port":1.5}}', 'json: cannot unmarshal number 1.5 into Go struct field Inner.Alias.Inner.Port of type int'],
    ['{"Other":1}', 'json: unknown field "Other"'],
    ['{"Other":1,"Name":1}', 'json: unknown field "Other"'],
    ['[]', 'json: cannot unmarshal array into Go value of type struct'],
  ])('says of %j what Go says', (json, message) => {
    expect(() => decode(json)).toThrow(`Request decode failed: ${message}`);
  });

  it('tells what does not fit first in the body, not in the struct', () => {
    expect(() => decode('{"Tags":1,"Name":1}')).toThrow('field .Alias.Tags of type []string');
    expect(() => decode('{"Inner":{"Port":"x"},"Other":1,"Name":1}')).toThrow('field Inner.Alias.Inner.Port of type int');
  });

  it('stops at what does not fit a type that reads itself, whatever did not fit before', () => {
    const own = struct({ name: '', type: 'T', fields: { A: text }, isSelfRead: true });
    const outer = struct({ name: 'S', type: 'S', fields: { Name: text, Own: own } });
    expect(() => decodeBody(Buffer.from('{"Name":1,"Own":{"A":2}}'), outer)).toThrow(
      'json: cannot unmarshal number into Go struct field S.Own.A',
    );
    expect(() => decodeBody(Buffer.from('{"Name":1,"Own":{"A":"a"}}'), outer)).toThrow('field S.Name of type string');
  });

  it('passes over other fields where they may be', () => {
    const open = struct({ name: '', type: 'T', fields: { A: text }, ignoresUnknown: true });
    expect(decodeBody(Buffer.from('{"B":[1],"a":"x"}'), open)).toEqual({ A: 'x' });
  });

  it('tells what is absent from what is null where there is a difference', () => {
    const list = struct({ name: '', type: 'T', fields: { A: preset(listOf(text, '[]string'), ['usual'], null) } });
    const of = (json: string) => decodeBody(Buffer.from(json), list).A;
    expect([of('{}'), of('{"A":null}'), of('{"A":[]}'), of('null')]).toEqual([['usual'], null, [], ['usual']]);
  });

  it('begins its errors as it is told', () => {
    expect(() => decodeBody(Buffer.from('1'), text, { prefix: 'Bad: ' })).toThrow(
      'Bad: json: cannot unmarshal number into Go value of type string',
    );
    expect(() => decodeBody(Buffer.from('x'), text, { prefix: 'Bad: ' })).toThrow(
      "Bad: invalid character 'x' looking for beginning of value",
    );
  });

  it('makes no more than 10,000 objects of a body', () => {
    const list = listOf(INNER, 'L');
    const of = (count: number) => decodeBody(Buffer.from(`[${Array.from({ length: count }, () => '{}').join()}]`), list);
    expect(of(10_000)).toHaveLength(10_000);
    expect(() => of(10_001)).toThrow(expect.objectContaining({ status: 413 }) as Error);
  });
});

describe('scalars', () => {
  const read = <T>(type: GoType<T>, json: string, isExact = true) => decodeBody(Buffer.from(json), type, { prefix: '', isExact });

  it('uint64 is exact up to 64 bits where the body is read so', () => {
    expect(read(uint64, '18446744073709551615')).toBe(18446744073709551615n);
    expect(read(uint64, '7')).toBe(7n);
    for (const bad of ['18446744073709551616', '-1', '1.5']) {
      expect(() => read(uint64, bad)).toThrow(`json: cannot unmarshal number ${bad} into Go value of type uint64`);
    }
  });

  it('int goes below zero, and up to 64 bits', () => {
    expect([read(int, '-5'), read(int, '9223372036854775807')]).toEqual([-5, 2 ** 63]);
    expect(() => read(int, '9223372036854775808')).toThrow('cannot unmarshal number 9223372036854775808 into Go value of type int');
  });

  it.each([
    ['"dg=="', 'dg=='],
    ['""', undefined],
    ['"dg\\n=="', 'dg=='],
    ['[118]', 'dg=='],
    ['[null, 255]', 'AP8='],
    ['[]', undefined],
  ])('bytes of %s are %j', (json, expected) => {
    expect(read(bytes, json)).toBe(expected);
  });

  it.each([
    ['"dg"', 'illegal base64 data at input byte 0'],
    ['"AAAAdg="', 'illegal base64 data at input byte 4'],
    ['"AA==AAAA"', 'illegal base64 data at input byte 0'],
    ['"AAAA-_8="', 'illegal base64 data at input byte 4'],
    ['1', 'json: cannot unmarshal number into Go value of type []uint8'],
    ['[256]', 'json: cannot unmarshal number 256 into Go value of type uint8'],
  ])('bytes cannot be %s', (json, message) => {
    expect(() => read(bytes, json)).toThrow(message);
  });

  it('anything may be nested 100 deep, and is a number that a double holds', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(JSON.stringify(read(any, nested(100)))).toBe(nested(100));
    expect(() => read(any, nested(101))).toThrow(expect.objectContaining({ status: 413 }) as Error);
    expect(() => read(any, '1e400')).toThrow('of type float64');
  });
});
