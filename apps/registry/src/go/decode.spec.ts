import { bool, decodeBody, int, listOf, mapOf, optional, struct, text } from './decode.js';
import { readDuration, writeDuration } from './duration.js';

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
});

describe(readDuration.name, () => {
  it.each([
    ['1h0m0s', 3_600_000],
    ['1.5s', 1_500],
    ['10ns', 0.00001],
    ['-1s', -1_000],
    ['1m30s', 90_000],
    ['2h30m0s', 9_000_000],
    ['250µs', 0.25],
    ['0s', 0],
  ])('reads and writes %s', (text, ms) => {
    expect([readDuration(text), writeDuration(ms)]).toEqual([ms, text]);
  });

  it('reads a number as nanoseconds, and what is neither as nothing', () => {
    expect([readDuration(2e9), readDuration(true), readDuration(undefined), readDuration('0')]).toEqual([2_000, 0, 0, 0]);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['soon', 'time: invalid duration "soon"'],
    ['10', 'time: missing unit in duration "10"'],
    ['10x', 'time: unknown unit "x" in duration "10x"'],
    ['99999999999h', 'time: invalid duration "99999999999h"'],
  ])('says of %j what Go says', (text, message) => {
    expect(() => readDuration(text)).toThrow(`Request decode failed: ${message}`);
  });
});
