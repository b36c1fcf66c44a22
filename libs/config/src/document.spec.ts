import { parseConfigDocument } from './document.js';
import { KV_LIMITS } from './yaml-rules.js';

const SOURCE = 'KV config/x/data';

function refusalOf(text: string): { key: string; reason: string } {
  const parsed = parseConfigDocument(SOURCE, text, KV_LIMITS);
  if (!('problem' in parsed)) throw new Error('It was taken');
  expect(parsed.problem.source).toBe(SOURCE);
  return { key: parsed.problem.key, reason: parsed.problem.reason };
}

function treeOf(text: string): unknown {
  const parsed = parseConfigDocument(SOURCE, text, KV_LIMITS);
  if ('problem' in parsed) throw new Error(parsed.problem.reason);
  return parsed.document.tree;
}

/** Nine aliases of nine aliases of nine ...: 9^8 values in 400 characters. */
const BOMB = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...Array.from(
    'bcdefgh',
    (name, at) =>
      `${name}: &${name} [${Array(9)
        .fill(`*${'abcdefg'.charAt(at)}`)
        .join(',')}]`,
  ),
].join('\n');

/** A map that may be merged a few times. */
const LARGE = `a: &a {${Array.from({ length: 5_000 }, (_, at) => `k${at}: 1`).join()}}\n`;

/** So many keys, each below the one before. */
function nested(levels: number): string {
  return Array.from({ length: levels }, (_, level) => `${'  '.repeat(level)}k:`).join('\n');
}

describe(parseConfigDocument.name, () => {
  it.each([
    ['broken YAML', 'a: [1', SOURCE, /^not valid YAML: bad indent at line 1, column 6$/],
    ['a list', '- a', SOURCE, /^must hold keys and values$/],
    ['a text', 'hello', SOURCE, /^must hold keys and values$/],
    ['several documents', 'a: 1\n---\nb: 2', SOURCE, /^not valid YAML: multiple docs at line 2/],
    ['tabs', '\ta: 1', SOURCE, /^not valid YAML: tab as indent/],
    ['tags that nobody knows', 'a: !include x.yaml', SOURCE, /^not valid YAML: tag resolve failed at line 1/],
    ['a key that is given twice', 'gateway:\n  limits: { body: 1 }\n  limits: { body: 2 }', 'gateway.limits', /^is given twice$/],
    ['a key in a list that is given twice', 'routes: [{ id: a, id: b }]', 'routes.0.id', /^is given twice$/],
    ['a key that is no name', 'a: { ? [b] : c }', 'a', /^has a key that is no name$/],
    ['an empty key', '? : 1', SOURCE, /^has a key that is no name$/],
    ['__proto__', 'a: { __proto__: { b: 1 } }', 'a.__proto__', /^is a name that no key may have$/],
    ['constructor', 'constructor: { prototype: { x: 1 } }', 'constructor', /^is a name that no key may have$/],
    ['an alias of nothing', 'a: { b: *none }', 'a.b', /^is an alias of nothing$/],
    ['an alias of itself', 'a: &a [1, *a]', SOURCE, /^must not be nested deeper than 64 levels$/],
    ['aliases that stand for millions of values', BOMB, SOURCE, /^must not hold more than 500000 values$/],
    ['deep nesting', `a: ${'['.repeat(100)}${']'.repeat(100)}`, SOURCE, /^must not be nested deeper than 64 levels$/],
    ['deep nesting behind brackets that nothing opened', ']'.repeat(100) + '['.repeat(100), SOURCE, /^must not be nested deeper than 64/],
    ['deep nesting by indentation', nested(80), SOURCE, /^must not be nested deeper than 64 levels$/],
    ['a merge of a number', 'a: { b: { <<: 5 } }', 'a.b', /^merges what has no keys$/],
    ['a merge of nothing', 'a: { <<: }', 'a', /^merges what has no keys$/],
    ['a merge of texts', 'x: &x text\na: { <<: [*x] }', 'a', /^merges what has no keys$/],
  ])('refuses %s', (_, text, key, reason) => {
    expect(refusalOf(text)).toEqual({ key, reason: expect.stringMatching(reason) as string });
  });

  it.each([
    ['brackets that never end', '['.repeat(500_000), 'must not be nested deeper than 64 levels'],
    ['lists in lists', `a:\n${'- '.repeat(99_000)}x`, 'must not be nested deeper than 64 levels'],
    ['keys in keys', `${'? '.repeat(99_000)}x`, 'must not be nested deeper than 64 levels'],
    ['keys beside keys', `${'a: '.repeat(30_000)}x`, 'must not be nested deeper than 64 levels'],
    [
      'tens of thousands of keys',
      Array.from({ length: 45_000 }, (_, at) => `k${at}: 1`).join('\n'),
      'must not hold more than 100000 words',
    ],
    ['a list of a quarter of a million', `a: [${'1,'.repeat(250_000)}]`, 'must not hold more than 100000 words'],
    ['keys beside keys in brackets', `a: [${'x: '.repeat(20_000)}]`, 'must not be nested deeper than 64 levels'],
    ['keys beside keys in braces', `a: {${'? x: '.repeat(15_000)}}`, 'must not be nested deeper than 64 levels'],
    ['tags without end', '!!str '.repeat(80_000), 'must not give one value several tags or anchors'],
    ['anchors without end', `a: ${'&a '.repeat(20_000)}`, 'must not give one value several tags or anchors'],
    ['anchors without end, each on its line', `a:\n${' &a\n'.repeat(60_000)} x: 1`, 'must not give one value several tags or anchors'],
    ['tens of thousands of anchors', `l: [${'&a x,'.repeat(15_000)}]`, 'must not hold more than 10000 tags and anchors'],
    ['commas without end', `a: [${','.repeat(90_000)}]`, 'not valid YAML: unexpected token at line 1, column 6'],
    ['brackets that nothing opened', ']'.repeat(90_000), 'not valid YAML: unexpected token at line 1, column 1'],
    ['a merge of ninety large maps', `${LARGE}b: { <<: [${Array(90).fill('*a').join()}] }`, 'must not merge more than 25000 values'],
    [
      'merges of a large map in many places',
      LARGE + Array.from({ length: 30 }, (_, at) => `m${at}: { k: { <<: *a } }\n`).join(''),
      'must not merge more than 25000 values',
    ],
    ['lines of comments', `a: 1\n${'#x\n'.repeat(99_000)}b: 2`, 'must not hold more than 100000 words'],
    ['more than Consul itself takes', `a: ${'x'.repeat(524_288)}`, 'must not be larger than 524288 bytes (it has 524291)'],
  ])('refuses %s before they hold the process up', (_, text, reason) => {
    const startedAt = performance.now();
    expect(refusalOf(text).reason).toContain(reason);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it.each([
    'password: "hunter2\\q"',
    'password: |hunter2\n x',
    'password: *hunter2',
    'password: !hunter2 x',
    'password: hunter2: y',
    'password: `hunter2`',
    'password: {b: hunter2',
    '%hunter2\n---\na: 1',
    'password: "x" hunter2',
    'password: a\npassword: hunter2',
    'password: !!hunter2 b',
    'password: hunter2\n  b: c',
    'password: ]hunter2',
  ])('does not quote the text: %j', (text) => {
    const refusal = refusalOf(text);
    expect(refusal.reason).not.toContain('hunter2');
    expect(refusal.reason).not.toContain('\n');
    expect(refusal.key).not.toContain('hunter2');
  });

  it('takes an empty document', () => {
    expect(treeOf('# nothing yet\n')).toEqual({});
  });

  it('takes aliases and merged keys, as Spring does', () => {
    expect(treeOf('base: &base { a: 1, b: 2 }\nother: { <<: *base, b: 3 }\nlist: [*base]')).toEqual({
      base: { a: 1, b: 2 },
      other: { a: 1, b: 3 },
      list: [{ a: 1, b: 2 }],
    });
  });

  it('takes a tag and an anchor of a map, and those of its first key', () => {
    expect(treeOf('a: &m !!map\n  &k !!str b: 1\nc: *m\nd: [&x !!str 1, &y !!str 2]\ne: |\n  !a\n  !b\nf: *k')).toEqual({
      a: { b: 1 },
      c: { b: 1 },
      d: ['1', '2'],
      e: '!a\n!b\n',
      f: 'b',
    });
  });

  it.each([
    ['two tags', 'a: !!str !!str x', 'multiple tags at line 1, column 10'],
    ['a mistake behind empty lines', '\n\r\n# x\na: 1\nb: [1', 'bad indent at line 5, column 6'],
    ['the first of several mistakes', 'a: b: c\nd: ]\n', 'block as implicit key at line 1, column 4'],
    ['a mistake in the first of two documents', 'a: b: c\n---\nd: 1', 'block as implicit key at line 1, column 4'],
    ['three documents', '# x\n---\na: 1\n---\nb: 1\n---\nc: 1', 'multiple docs at line 4, column 1'],
    ['a directive without a document', '%YAML 1.2\n', 'missing char at line 2, column 1'],
  ])('tells the place of %s', (_, text, reason) => {
    expect(refusalOf(text).reason).toBe(`not valid YAML: ${reason}`);
  });

  it('takes JSON', () => {
    expect(treeOf('{"gateway": {"routes": [{"id": "a"}]}}')).toEqual({ gateway: { routes: [{ id: 'a' }] } });
  });

  it('an alias means the last anchor of its name before it', () => {
    expect(treeOf('a: &x [&y 1]\nb: &y 2\nc: *x\nd: *y\ne: &x 3\nf: *x')).toEqual({ a: [1], b: 2, c: [1], d: 2, e: 3, f: 3 });
  });

  it.each([
    ['aliases', `a: &a 1\nl: [${'*a,'.repeat(20_000)}]`],
    ['merges', `a: &a { k: 1 }\nl: [${'{<<: *a},'.repeat(5_000)}]`],
  ])('takes thousands of %s before they hold the process up', (_, text) => {
    const startedAt = performance.now();
    expect(treeOf(text)).toMatchObject({ l: expect.any(Array) as unknown[] });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('takes what is nested as deeply as may be, in blocks, lists and brackets', () => {
    expect(treeOf(`${nested(63)} 1`)).toHaveProperty(Array(63).fill('k').join('.'), 1);
    expect(treeOf(`a:\n${'- '.repeat(60)}x`)).toHaveProperty('a');
    expect(treeOf(`a: ${'['.repeat(62)}${']'.repeat(62)}`)).toHaveProperty('a');
  });

  it('takes long lists and texts of many lines, which are not deep', () => {
    const entries = Array.from({ length: 500 }, (_, at) => `- id: r${at}\n  text: |\n    one\n      two\n  more: "a\n    b"`);
    expect(treeOf(`routes:\n${entries.join('\n')}`)).toMatchObject({ routes: { length: 500 } });
  });

  it('takes a thousand routes', () => {
    const routes = Array.from({ length: 1_000 }, (_, at) => `    - { id: r${at}, uri: "http://h", predicates: ["Path=/${at}/**"] }`);
    expect(treeOf(`gateway:\n  routes:\n${routes.join('\n')}`)).toMatchObject({ gateway: { routes: { length: 1_000 } } });
  });
});
