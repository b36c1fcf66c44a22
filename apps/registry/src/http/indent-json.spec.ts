import { indentJson } from './indent-json.js';

describe(indentJson.name, () => {
  it.each([
    { a: [1, -2.5e3, true, null], b: { c: 'x', 'd"e': [] }, f: {} },
    [],
    {},
    'text with "quotes", {braces}: [and] \\ slashes\n',
    [[], [[]], [{}], [{ a: [{}, 1] }]],
    [{ Value: 'a,b:c', Nothing: null }],
  ])('indents %j as JSON.stringify does', (value) => {
    expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 4));
  });

  it('keeps every digit of a number', () => {
    expect(indentJson('[{"Flags":18446744073709551615}]')).toContain('"Flags": 18446744073709551615\n');
  });
});
