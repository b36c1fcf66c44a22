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

  describe('a regular expression', () => {
    beforeEach(() => {
      let now = 0;
      jest.spyOn(performance, 'now').mockImplementation(() => (now += 400));
    });

    afterEach(() => {
      jest.restoreAllMocks();
    });

    it('ends when it has taken too long for one list', () => {
      const filter = compileFilter('Node matches "^n"', SHAPE);
      expect([ENTRY, ENTRY].filter(filter)).toHaveLength(2);
      expect(() => filter(ENTRY)).toThrow('Limit reached: a regular expression may take 1000 ms');
    });

    it('begins again with the next list', async () => {
      const filter = compileFilter('Node matches "^n"', SHAPE);
      for (const list of [
        [ENTRY, ENTRY],
        [ENTRY, ENTRY],
      ]) {
        expect(list.filter(filter)).toHaveLength(2);
        await Promise.resolve();
      }
    });
  });
});
