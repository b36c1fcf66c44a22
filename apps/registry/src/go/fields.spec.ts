import { GoFields, listOf, readGoJson } from './fields.js';

const read = <T>(json: string, use: (fields: GoFields) => T, known?: string[]) =>
  readGoJson(Buffer.from(json), 'Bad: ', (value) => use(GoFields.of(value, 'value of type T', { struct: 'S', path: 'P.' }, known)));

describe(readGoJson.name, () => {
  it.each([
    ['', 'EOF'],
    ['{', 'unexpected EOF'],
    ['[]', 'json: cannot unmarshal array into Go value of type T'],
    ['true', 'json: cannot unmarshal bool into Go value of type T'],
    ['1', 'json: cannot unmarshal number into Go value of type T'],
    ['{"x":1}', 'json: unknown field "x"'],
  ])('%s is refused', (json, text) => {
    expect(() => read(json, () => undefined, ['Known'])).toThrow(
      expect.objectContaining({ status: 400, message: `Bad: ${text}` }) as Error,
    );
  });

  it('reads the first value only, and null as nothing', () => {
    expect(read('{"A":"1"} rest', (fields) => fields.text('a'))).toBe('1');
    expect(read('null', (fields) => fields.text('A'))).toBeUndefined();
  });
});

describe(GoFields.name, () => {
  it('numbers are exact up to 64 bits', () => {
    expect(read('{"N":18446744073709551615}', (fields) => fields.uint64('N'))).toBe(18446744073709551615n);
    expect(read('{}', (fields) => fields.uint64('N'))).toBe(0n);
    for (const bad of ['18446744073709551616', '-1', '1.5']) {
      expect(() => read(`{"N":${bad}}`, (fields) => fields.uint64('N'))).toThrow(/^Bad: json: cannot unmarshal number .* of type uint64$/);
    }
  });

  it.each([
    ['dg==', 'dg=='],
    ['', undefined],
    ['dg\\n==', 'dg=='],
  ])('base64 %j is %j', (text, expected) => {
    expect(read(`{"B":"${text}"}`, (fields) => fields.base64('B'))).toBe(expected);
  });

  it.each([
    ['dg', 0],
    ['AAAAdg=', 4],
    ['AA==AAAA', 0],
    ['AAAA-_8=', 4],
  ])('%s is no base64 at byte %d', (text, at) => {
    expect(() => read(`{"B":"${text}"}`, (fields) => fields.base64('B'))).toThrow(`Bad: illegal base64 data at input byte ${at}`);
  });

  it('names the place of what does not fit', () => {
    const type = 'Bad: json: cannot unmarshal number into Go struct field';
    expect(() => read('{"T":1}', (fields) => fields.text('T'))).toThrow(`${type} S.P.T of type string`);
    expect(() => read('{"L":[1]}', (fields) => fields.texts('L'))).toThrow(`${type} S.P.L of type string`);
    expect(() => read('{"L":1}', (fields) => fields.texts('L'))).toThrow(`${type} S.P.L of type []string`);
    expect(() => read('{"M":{"a":1}}', (fields) => fields.textMap('M'))).toThrow(`${type} S.P.M of type string`);
    expect(() => read('{"B":1}', (fields) => fields.bool('B'))).toThrow(`${type} S.P.B of type bool`);
    expect(() => read('{"N":{"T":1}}', (fields) => fields.nested('N', 'U', 'U')?.text('T'))).toThrow(`${type} U.P.N.T of type string`);
  });
});

describe(listOf.name, () => {
  it('null has nothing in it, and an object is none', () => {
    expect(listOf(null, 'L')).toEqual([]);
    expect(() => listOf({}, 'L')).toThrow('json: cannot unmarshal object into Go value of type L');
  });
});
