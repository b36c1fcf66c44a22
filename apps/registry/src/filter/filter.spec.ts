import { jest } from '@jest/globals';
import { compileFilter, listOf, mapOf, struct } from './index.js';

const SHAPE = struct({
  Node: 'string',
  Port: 'int',
  Weight: 'float',
  On: 'bool',
  Tags: listOf('string'),
  Meta: mapOf('string'),
  Addresses: mapOf(struct({ Address: 'string', Port: 'int' })),
  Service: struct({ ID: 'string' }),
  Checks: listOf(struct({ Status: 'string', Tags: listOf('string') })),
});

const ENTRY = {
  Node: 'n-1',
  Port: 80,
  On: true,
  Tags: ['a', 'b'],
  Meta: { env: 'prod', 'a-b': 'c' },
  Addresses: { lan: { Address: '10.0.0.1', Port: 99 } },
  Service: { ID: 'é"' },
  Checks: [
    { Status: 'passing', Tags: [] },
    { Status: 'critical', Tags: ['x'] },
  ],
};

const holds = (expression: string, entry: object = ENTRY) => compileFilter(expression, SHAPE)(entry);

function faultOf(expression: string): string {
  try {
    holds(expression);
  } catch (error) {
    return (error as Error).message.replace('Failed to create boolean expression evaluator: ', '');
  }
  return 'none';
}

describe(compileFilter.name, () => {
  it.each([
    '',
    'Node == "n-1"',
    'Node=="n-1"',
    'Node == `n-1`',
    'Node != other',
    'Node matches "^n-[0-9]$"',
    'Node not matches "^x"',
    '"-" in Node',
    'Node contains "n"',
    'Node not contains "x"',
    'Port == 80',
    'Port == "80"',
    'Port == "0x50"',
    'Port != -80',
    'On == true',
    'On == "1"',
    'On != F',
    'a in Tags',
    '"c" not in Tags',
    'Tags contains b',
    'Tags is not empty',
    'Meta.env == prod',
    'Meta["a-b"] == c',
    'Meta[ `a-b` ] == c',
    'env in Meta',
    'Meta not contains "zone"',
    'Addresses.lan.Port == 99',
    'Checks.Status == critical',
    'Checks.Status != critical',
    'Checks.Tags contains x',
    'Checks is not empty',
    'Service.ID == `é"`',
    '"\\u00e9" in Service.ID',
    'not Node == x',
    'not not Node == "n-1"',
    'Node == x or Port == 80 and On == true',
    '(Node == x or Port == 80) and On == true',
    ' ( Node == "n-1" ) ',
    '(Node == "n-1") and (Port == 80)',
    'Node == x or Node == y or\n\tNode == "n-1"',
  ])('%j holds', (expression) => {
    expect(holds(expression)).toBe(true);
  });

  it.each([
    'Node == n',
    'Port == 81',
    'On == false',
    'c in Tags',
    'Tags is empty',
    'Checks.Status == warning',
    'not Checks.Status != critical',
    'Node == "n-1" and Port == 81',
    'Node == x or Port == 81',
  ])('%j does not hold', (expression) => {
    expect(holds(expression)).toBe(false);
  });

  it.each([
    ['Meta.zone == a', false],
    ['"a" in Meta.zone', false],
    ['Meta.zone != a', true],
    ['"a" not in Meta.zone', true],
    ['Meta.zone matches "a"', true],
    ['Meta.zone not matches "a"', true],
    ['Addresses.wan.Port == 99', false],
    ['Addresses.wan.Port != 99', true],
  ])('of a name that is not there %j is %s', (expression, expected) => {
    expect(holds(expression)).toBe(expected);
  });

  it('takes a field that is left out for one that is empty', () => {
    expect([holds('Port == 0', {}), holds('Node == ""', {}), holds('On == false', {}), holds('Tags is empty', {})]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it.each([
    ['Node', '1:5 (4): no match found, expected: "!=", ".", "==", "[", [ \\t\\r\\n] or [a-zA-Z0-9_]'],
    ['Node ==', '1:8 (7): no match found, expected: "-", "0", "\\"", "`", [ \\t\\r\\n], [1-9] or [a-zA-Z]'],
    ['Node = x', '1:6 (5): no match found, expected: "!=", "==", "contains", "in", "is", "matches", "not" or [ \\t\\r\\n]'],
    ['Node == fn)', '1:11 (10): no match found, expected: ".", "[", [ \\t\\r\\n], [a-zA-Z0-9_] or EOF'],
    ['Node == "é" xx', '1:13 (13): no match found, expected: "and", "or", [ \\t\\r\\n] or EOF'],
    ['Node == x and\n(Port==\n', '3:1 (22): no match found, expected: "-", "0", "\\"", "`", [ \\t\\r\\n], [1-9] or [a-zA-Z]'],
    ['é == 1', '1:1 (0): no match found, expected: "(", "-", "0", "\\"", "`", "not", [ \\t\\r\\n], [1-9] or [a-zA-Z]'],
    ['((Node == fn)', '1:14 (13): rule "grouping": Unmatched parentheses'],
    ['Node == "abc', '1:13 (12): rule "string": Unterminated string literal'],
    ['Node == "a\\"b"', '1:9 (8): rule "string": invalid syntax'],
    ['Meta[k] == v', '1:6 (5): rule "index": Invalid index'],
    ['Meta["k" == v', '1:10 (9): rule "index": Unclosed index expression'],
    ['Port == 080', '1:10 (9): rule "number": Invalid number literal'],
    ['Port in 80', '1:9 (8): rule "match": Invalid selector'],
    ['Foo == 1', 'Selector "Foo" is not valid'],
    ['Service.Foo == 1', 'Selector "Service.Foo" is not valid'],
    ['Tags["0"] == a', 'Selector "Tags.0" is not valid'],
    ['Node.x == 1', 'Selector "Node.x" is not valid'],
    ['Service == 1', 'Invalid match operator "Equal" for selector "Service"'],
    ['Node is empty', 'Invalid match operator "Is Empty" for selector "Node"'],
    ['80 in Port', 'Invalid match operator "In" for selector "Port"'],
    ['Tags matches "a"', 'Invalid match operator "Matches" for selector "Tags"'],
    ['x in Checks', 'Invalid match operator "In" for selector "Checks"'],
    ['Node matches "("', 'Failed to compile regular expression "(": error parsing regexp: missing closing ): `(`'],
    ['Port == abc', 'Failed to coerce value "abc" for selector "Port": strconv.ParseInt: parsing "abc": invalid syntax'],
    ['Port == 80.5', 'Failed to coerce value "80.5" for selector "Port": strconv.ParseInt: parsing "80.5": invalid syntax'],
    [
      'Port == 99999999999999999999',
      'Failed to coerce value "99999999999999999999" for selector "Port": strconv.ParseInt: parsing "99999999999999999999": value out of range',
    ],
    ['On == yes', 'Failed to coerce value "yes" for selector "On": strconv.ParseBool: parsing "yes": invalid syntax'],
  ])('says of %j what Consul says', (expression, fault) => {
    expect(faultOf(expression)).toBe(fault);
  });

  it('tells every fault of an expression that has several', () => {
    expect(faultOf('Meta["k == v')).toBe('1:13 (12): rule "string": Unterminated string literal\n1:6 (5): rule "index": Invalid index');
  });

  it('refuses what nests too deep, at once', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}Node == "n-1"${')'.repeat(depth)}`;
    expect(holds(nested(64))).toBe(true);
    expect(faultOf(nested(66))).toBe('Limit reached: a filter may nest 64 deep');
    expect(faultOf(`${'not '.repeat(65)}Node == x`)).toBe('Limit reached: a filter may nest 64 deep');
  });

  it('takes a chain of hundreds', () => {
    const chain = Array.from({ length: 600 }, (_, at) => `Node == "n-${600 - at}"`).join(' or ');
    expect(holds(chain)).toBe(true);
  });

  it('refuses what is too long', () => {
    expect(faultOf(`Node == "${'x'.repeat(16 * 1024)}"`)).toBe('Limit reached: a filter may have 16384 characters');
  });

  describe('what takes too much', () => {
    const TOO_MUCH = 'Limit reached: a filter may take 2000000 steps for one list';
    const named = (length: number) => ({ ...ENTRY, Node: 'ab'.repeat(length / 2) });
    const one = 'Node matches "a[ab]{200}[x-z0]"';

    beforeEach(() => {
      // Else what one takes here would be taken from the next.
      jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    });

    afterEach(() => {
      jest.restoreAllMocks();
    });

    it.each([
      ['one regular expression on a long text', one, [named(900_000)]],
      ['many of them on short texts', Array.from({ length: 60 }, () => one).join(' or '), Array.from({ length: 40 }, () => named(100))],
      ['one on many texts', one, Array.from({ length: 1_000 }, () => named(2_000))],
      ['many comparisons', Array.from({ length: 700 }, () => 'Node == x').join(' or '), Array.from({ length: 6_000 }, () => ENTRY)],
      ['many searches of a long text', Array.from({ length: 700 }, () => 'x in Node').join(' or '), [named(900_000)]],
      ['looking through a list', 'Tags contains x', [{ Tags: Array.from({ length: 4_000_000 }, () => 'a') }]],
    ])('is refused: %s', (_, expression, list) => {
      const filter = compileFilter(expression.slice(0, 16_384).replace(/ or [^o]*$/, ''), SHAPE);
      const from = Date.now();
      expect(() => list.filter(filter)).toThrow(expect.objectContaining({ status: 400, message: TOO_MUCH }) as Error);
      expect(Date.now() - from).toBeLessThan(5_000);
    });

    it('begins again with the next list', async () => {
      const filter = compileFilter(one, SHAPE);
      const list = Array.from({ length: 4 }, () => named(2_000));
      for (let times = 0; times < 2; times += 1) {
        expect(list.filter(filter)).toEqual([]);
        await Promise.resolve();
      }
      expect(() => [...list, ...list].filter(filter)).toThrow(TOO_MUCH);
    });

    it.each([
      ['one repetition in another', '(a{100}){10}b{900}', true],
      ['one after another', '[a-f0-9]{8}-([a-f0-9]{4}-){3}[a-f0-9]{12}', true],
      ['a group', `(${'ab'.repeat(100)}){1000}`, false],
      ['groups in a group', `((${'a?'.repeat(100)}){20}){0,50}`, false],
      ['no end', `(${'a'.repeat(100)}){1000,}`, false],
      ['brackets that are characters', `(${'a'.repeat(100)}\\Q(\\E){1000}`, false],
      ['brackets in a class', `([]()]${'a'.repeat(100)}){1000}`, false],
      ['brackets behind a backslash', `(\\)${'a'.repeat(100)}){1000}`, false],
      ['classes of Unicode', '\\pL'.repeat(300), false],
    ])('is refused before anything is made of it: a large regular expression, %s', (_, pattern, isTaken) => {
      const fault = isTaken ? 'none' : 'Limit reached: the regular expressions of a filter may have a size of 20000';
      expect(faultOf(`Node matches \`${pattern}\``)).toBe(fault);
    });

    it('is refused of many large regular expressions', () => {
      expect(faultOf(Array.from({ length: 30 }, () => 'Node matches "[a-z]{900}"').join(' or '))).toContain('may have a size of 20000');
    });
  });
});
