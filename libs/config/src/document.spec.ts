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
      'must not hold more than 200000 words',
    ],
    ['a list of a quarter of a million', `a: [${'1,'.repeat(250_000)}]`, 'must not hold more than 200000 words'],
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
