import { useConsul, type WireAnswer } from './consul-under-test.js';
import { ExternalNodes, faultOf, refusal } from './external-nodes.js';

const consul = useConsul();
const nodes = new ExternalNodes(consul);
let node: string;
let service: string;

beforeAll(async () => {
  node = nodes.name();
  service = consul.name('service');
  await nodes.register(node, {
    NodeMeta: { zone: 'north', 'a-b': 'c' },
    TaggedAddresses: { lan: '10.0.0.1' },
    Service: {
      ID: 'one',
      Service: service,
      Port: 80,
      Address: '10.0.0.9',
      Tags: ['blue', '5'],
      Meta: { version: '1.2', 'x-y': 'z' },
      Weights: { Passing: 3, Warning: 1 },
      EnableTagOverride: true,
      TaggedAddresses: { lan: { Address: '10.0.0.9', Port: 99 } },
    },
    Checks: [
      { CheckID: 'c1', Name: 'first', Status: 'passing', ServiceID: 'one', Output: 'all is well' },
      { CheckID: 'c2', Name: 'second', Status: 'warning' },
    ],
  });
  await nodes.register(node, { SkipNodeUpdate: true, Service: { ID: 'two', Service: service } });
});

consul.atEnd(() => nodes.removeAll());

const ask = (path: string, filter: string) => consul.get(`${path}${path.includes('?') ? '&' : '?'}filter=${encodeURIComponent(filter)}`);
const instances = async (filter: string) => {
  const answer = await ask(`/health/service/${service}`, filter);
  return answer.status === 200 ? answer.json<{ Service: { ID: string } }[]>().map((each) => each.Service.ID) : answer.text;
};
const FAILED = 'Failed to create boolean expression evaluator: ';
const [BOTH, ONE, TWO, NONE] = [['one', 'two'], ['one'], ['two'], []];

it.each([
  ['Service.ID == one', ONE],
  ['Service.ID == "one"', ONE],
  ['Service.ID == `one`', ONE],
  ['Service.ID=="one"', ONE],
  ['Service.ID != "one"', TWO],
  ['not Service.ID == "one"', TWO],
  ['not not Service.ID == "one"', ONE],
  ['"n" in Service.ID', ONE],
  ['Service.ID contains "w"', TWO],
  ['Service.ID not contains "w"', ONE],
  ['"w" not in Service.ID', ONE],
  ['Service.ID matches "^o"', ONE],
  ['Service.ID matches "(?i)^O"', ONE],
  ['Service.ID not matches "^o"', TWO],
  ['Service.Port == 80', ONE],
  ['Service.Port == "80"', ONE],
  ['Service.Port == "0x50"', ONE],
  ['Service.Port == "8_0"', ONE],
  ['Service.Port == "0x5_0"', ONE],
  ['Service.Port == 0', TWO],
  ['Service.Port != 80', TWO],
  ['Service.EnableTagOverride == true', ONE],
  ['Service.EnableTagOverride == F', TWO],
  ['blue in Service.Tags', ONE],
  ['5 in Service.Tags', ONE],
  ['"red" in Service.Tags', NONE],
  ['Service.Tags contains "blue"', ONE],
  ['Service.Tags not contains "blue"', TWO],
  ['Service.Tags is empty', TWO],
  ['Service.Tags is not empty', ONE],
  ['Service.Meta.version == "1.2"', ONE],
  ['Service.Meta["x-y"] == z', ONE],
  ['Service.Meta.version != "1.2"', TWO],
  ['Service.Meta.none == a', NONE],
  ['Service.Meta.none != a', BOTH],
  ['Service.Meta.none matches a', BOTH],
  ['Service.Meta.none not matches a', BOTH],
  ['a in Service.Meta.none', NONE],
  ['a not in Service.Meta.none', BOTH],
  ['version in Service.Meta', ONE],
  ['Service.Meta contains version', ONE],
  ['Service.Meta is empty', TWO],
  ['Service.Weights.Passing == 3', ONE],
  ['Service.TaggedAddresses.lan.Port == 99', ONE],
  ['Service.TaggedAddresses.lan.Address == "10.0.0.9"', ONE],
  ['Service.Kind == ""', BOTH],
  ['Service.Connect.Native == false', BOTH],
  ['Service.Proxy.DestinationServiceName == ""', BOTH],
  ['Service.Proxy.Upstreams is empty', BOTH],
  ['Service.Proxy.Upstreams.DestinationPeer == ""', NONE],
  ['Service.Proxy.Expose.Paths is empty', BOTH],
  ['Service.Proxy.Expose.Paths.ListenerPort == 1', NONE],
  ['Service.Proxy.TransparentProxy.OutboundListenerPort == 0', BOTH],
  ['Service.Proxy.AccessLogs.Enabled == false', BOTH],
  ['Service.Proxy.EnvoyExtensions.Name == x', NONE],
  ['Service.ID matches `\\x{30000}`', NONE],
  ['Service.ID matches `[\\x{10041}]`', NONE],
  ['Node.Meta.zone == north', BOTH],
  ['Node.Meta["a-b"] == c', BOTH],
  ['Node.TaggedAddresses.lan == "10.0.0.1"', BOTH],
  ['Node.Datacenter == dc1', BOTH],
  ['Checks.Status == passing', ONE],
  ['Checks.Status != passing', BOTH],
  ['not Checks.Status == passing', TWO],
  ['Checks.ServiceTags contains blue', ONE],
  ['Checks.Output matches "well$"', ONE],
  ['Checks is empty', NONE],
  ['Service.ID == one and Service.Port == 80', ONE],
  ['Service.ID == one or Service.ID == two', BOTH],
  ['Service.ID == two or Service.ID == one and Service.Port == 81', TWO],
  ['(Service.ID == two or Service.ID == one) and Service.Port == 80', ONE],
  ['( Service.ID == one )', ONE],
  ['(Service.ID == one) and (Service.Port == 80)', ONE],
  ['not (Service.ID == one and Service.Port == 80)', TWO],
  ['Service.ID == x or\n\tService.ID == one', ONE],
  ['Service.ID == "on\\u0065"', ONE],
  ['not in Service.ID', NONE],
])('%j', async (filter, ids) => {
  expect(await instances(filter)).toEqual(ids);
});

it('an empty one lets everything through', async () => {
  expect(await instances('')).toEqual(BOTH);
});

it.each([
  ['Node', '1:5 (4): no match found, expected: "!=", ".", "==", "[", [ \\t\\r\\n] or [a-zA-Z0-9_]'],
  [' ', '1:2 (1): no match found, expected: "(", "-", "0", "\\"", "`", "not", [ \\t\\r\\n], [1-9] or [a-zA-Z]'],
  ['Node.Node ==', '1:13 (12): no match found, expected: "-", "0", "\\"", "`", [ \\t\\r\\n], [1-9] or [a-zA-Z]'],
  ['Node.Node = x', '1:11 (10): no match found, expected: "!=", "==", "contains", "in", "is", "matches", "not" or [ \\t\\r\\n]'],
  ["Node.Node == 'x'", '1:14 (13): no match found, expected: "-", "0", "\\"", "`", [ \\t\\r\\n], [1-9] or [a-zA-Z]'],
  ['Node.Node == x)', '1:15 (14): no match found, expected: ".", "[", [ \\t\\r\\n], [a-zA-Z0-9_] or EOF'],
  ['Node.Node == "é" xx', '1:18 (18): no match found, expected: "and", "or", [ \\t\\r\\n] or EOF'],
  ['Node.Node == x or', '1:18 (17): no match found, expected: [ \\t\\r\\n]'],
  ['Node.Node == x and\n(Service.Port==\n', '3:1 (35): no match found, expected: "-", "0", "\\"", "`", [ \\t\\r\\n], [1-9] or [a-zA-Z]'],
  [
    'any Service.Tags as t { t == 1 }',
    '1:5 (4): no match found, expected: "!=", "==", "contains", "in", "is", "matches", "not" or [ \\t\\r\\n]',
  ],
  ['"/Service/Port" == 80', '1:17 (16): no match found, expected: "in", "not" or [ \\t\\r\\n]'],
  ['(Node.Node == x', '1:16 (15): rule "grouping": Unmatched parentheses'],
  ['Node.Node == "abc', '1:18 (17): rule "string": Unterminated string literal'],
  ['Node.Node == "a\\"b"', '1:14 (13): rule "string": invalid syntax'],
  ['Node.Meta[k] == v', '1:11 (10): rule "index": Invalid index'],
  ['Node.Meta["k" == v', '1:15 (14): rule "index": Unclosed index expression'],
  ['Node.Meta["k == v', '1:18 (17): rule "string": Unterminated string literal\n1:11 (10): rule "index": Invalid index'],
  ['Service.Port == 080', '1:18 (17): rule "number": Invalid number literal'],
  ['Service.Port in 80', '1:17 (16): rule "match": Invalid selector'],
  ['Foo == 1', 'Selector "Foo" is not valid'],
  ['Node.Foo == 1', 'Selector "Node.Foo" is not valid'],
  ['Node.Node.x == 1', 'Selector "Node.Node.x" is not valid'],
  ['Node.CreateIndex == 1', 'Selector "Node.CreateIndex" is not valid'],
  ['Service.Tags["0"] == a', 'Selector "Service.Tags.0" is not valid'],
  ['Node == 1', 'Invalid match operator "Equal" for selector "Node"'],
  ['Node.Node is empty', 'Invalid match operator "Is Empty" for selector "Node.Node"'],
  ['80 in Service.Port', 'Invalid match operator "In" for selector "Service.Port"'],
  ['Service.Tags matches "a"', 'Invalid match operator "Matches" for selector "Service.Tags"'],
  ['Node.Meta == 1', 'Invalid match operator "Equal" for selector "Node.Meta"'],
  ['passing in Checks', 'Invalid match operator "In" for selector "Checks"'],
  ['Node.Node matches "("', 'Failed to compile regular expression "(": error parsing regexp: missing closing ): `(`'],
  ['Node.Node matches "a**"', 'Failed to compile regular expression "a**": error parsing regexp: invalid nested repetition operator: `**`'],
  [
    'Node.Node matches "a(?=b)"',
    'Failed to compile regular expression "a(?=b)": error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
  ],
  ['Service.Port == "8__0"', 'Failed to coerce value "8__0" for selector "Service.Port": strconv.ParseInt: parsing "8__0": invalid syntax'],
  [
    'Node.Node matches `\\`',
    'Failed to compile regular expression "\\\\": error parsing regexp: trailing backslash at end of expression: ``',
  ],
  ['Service.Port == abc', 'Failed to coerce value "abc" for selector "Service.Port": strconv.ParseInt: parsing "abc": invalid syntax'],
  [
    'Service.EnableTagOverride == yes',
    'Failed to coerce value "yes" for selector "Service.EnableTagOverride": strconv.ParseBool: parsing "yes": invalid syntax',
  ],
])('%j is refused', async (filter, text) => {
  expect(faultOf(await ask(`/health/service/${service}`, filter))).toEqual(refusal(500, `${FAILED}${text}`));
});

describe('where it works', () => {
  const count = (answer: WireAnswer) => Object.keys(answer.json<object>()).length;

  it.each([
    ['/catalog/nodes', () => `Node == "${node}" and Meta.zone == north`, 1],
    ['/catalog/nodes', () => `Node == "${node}" and Address == "10.0.0.2"`, 0],
    ['/catalog/services', () => `ServiceName == "${service}"`, 1],
    ['/catalog/service/:service', () => 'ServicePort == 80', 1],
    ['/catalog/service/:service', () => 'ServiceTaggedAddresses.lan.Port == 99', 1],
    ['/catalog/service/:service', () => 'NodeMeta.zone == north and ServiceTags is empty', 1],
    ['/catalog/service/:service', () => 'ServiceMeta.version == "1.2" and ServiceWeights.Passing == 3', 1],
    ['/health/node/:node', () => 'Status == passing', 1],
    ['/health/node/:node', () => 'ServiceID == ""', 1],
    ['/health/checks/:service', () => 'ServiceTags contains blue', 1],
    ['/health/checks/:service', () => 'Name == second', 0],
    ['/health/state/any', () => `Node == "${node}"`, 2],
    ['/health/state/warning', () => `Node == "${node}"`, 1],
    ['/health/connect/:service', () => 'Service.Port == 80', 0],
    ['/catalog/connect/:service', () => 'ServicePort == 80', 0],
  ])('%s', async (path, filter, expected) => {
    const answer = await ask(path.replace(':service', service).replace(':node', node), filter());
    expect([answer.status, count(answer)]).toEqual([200, expected]);
  });

  it('of the services of a node', async () => {
    expect((await ask(`/catalog/node/${node}`, 'Port == 80')).json()).toMatchObject({ Services: { one: { ID: 'one' } } });
    expect((await ask(`/catalog/node/${node}`, 'Port == 81')).json()).toMatchObject({ Services: {} });
    expect((await ask(`/catalog/node-services/${node}`, 'Tags is empty')).json()).toMatchObject({ Services: [{ ID: 'two' }] });
    expect((await ask(`/catalog/node-services/${node}`, 'Port == 81')).json()).toMatchObject({ Services: [] });
  });

  it.each([
    '/catalog/nodes',
    '/catalog/services',
    '/catalog/service/x',
    '/catalog/connect/x',
    '/catalog/node/x',
    '/catalog/node-services/x',
    '/health/node/x',
    '/health/checks/x',
    '/health/service/x',
    '/health/connect/x',
    '/health/state/any',
  ])('%s refuses what it does not know, whatever there is', async (path) => {
    expect(faultOf(await ask(path, 'Foo == 1'))).toEqual(refusal(500, `${FAILED}Selector "Foo" is not valid`));
  });
});
