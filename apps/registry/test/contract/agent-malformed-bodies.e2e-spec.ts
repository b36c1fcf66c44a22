import { ConsulUnderTest } from './consul-under-test.js';

let consul: ConsulUnderTest;

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
});

afterAll(() => consul.stop());

const ENDPOINTS = [
  ['/agent/service/register', 'Request decode failed: '],
  ['/agent/check/register', 'Request decode failed: '],
  ['/agent/check/update/none', 'Request decode failed: '],
  ['/session/create', 'Request decode failed: '],
  ['/txn', 'Failed to parse body: '],
  ['/catalog/register', 'Request decode failed: '],
  ['/catalog/deregister', 'Request decode failed: '],
] as const;

describe.each(ENDPOINTS)('a body of %s', (path, prefix) => {
  const refusalOf = async (body: string) => {
    const { status, text, headers } = await consul.put(path, body);
    return [status, text, headers['content-type']];
  };
  const refused = (text: string) => [400, `${prefix}${text}`, 'text/plain; charset=utf-8'];

  it('is refused when it is nested too deep, closed or not', async () => {
    const tooDeep = (char: string) => refused(`invalid character '${char}' exceeded max depth`);
    expect(await refusalOf('['.repeat(100_000))).toEqual(tooDeep('['));
    expect(await refusalOf('{"a":'.repeat(50_000))).toEqual(tooDeep('{'));
    expect(await refusalOf(`${'['.repeat(10_001)}${']'.repeat(10_001)}`)).toEqual(tooDeep('['));
    expect(await refusalOf(`{"Zz":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).toEqual(tooDeep('['));
  });

  it('is read as any other up to that depth', async () => {
    expect(await refusalOf('['.repeat(10_000))).toEqual(refused('unexpected EOF'));
    const [status, text] = await refusalOf(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    expect([status, text]).toEqual([400, expect.stringContaining(`${prefix}json: cannot unmarshal array into Go value of type `)]);
  });
});

describe('what is no JSON', () => {
  it.each([
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['[1e+]', "invalid character ']' in exponent of numeric literal"],
    ['[-]', "invalid character ']' in numeric literal"],
    ['1.', 'unexpected EOF'],
    ['1e', 'unexpected EOF'],
    ['-', 'unexpected EOF'],
    ['tru', 'unexpected EOF'],
    ['[01]', "invalid character '1' after array element"],
    ['trux', "invalid character 'x' in literal true (expecting 'e')"],
    ['ä', "invalid character 'Ã' looking for beginning of value"],
    ['[1 €]', "invalid character 'â' after array element"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['\u0001', "invalid character '\\x01' looking for beginning of value"],
    ['[\u0007]', "invalid character '\\a' looking for beginning of value"],
    ['\u007f', "invalid character '\\x7f' looking for beginning of value"],
    ['{"a":"\u000b"}', "invalid character '\\v' in string literal"],
    ['01', 'json: cannot unmarshal number into Go value of type agent.checkUpdate'],
  ])('%j is told as Go tells it', async (body, text) => {
    const answer = await consul.put('/agent/check/update/none', body);
    expect([answer.status, answer.text]).toEqual([400, `Request decode failed: ${text}`]);
  });
});

describe('what does not fit', () => {
  const FIELD = 'json: cannot unmarshal number into Go struct field';

  it.each([
    ['service', '{"Tags":1,"Name":1}', `${FIELD} .Alias.Tags of type []string`],
    ['service', '{"Zz":1,"Name":1}', 'json: unknown field "Zz"'],
    ['service', '{"Name":1,"Check":{"HTTP":2}}', `${FIELD} .Alias.Check.Alias.HTTP of type string`],
    ['service', '{"Name":1,"Proxy":{"Config":1}}', `${FIELD} .Alias.Proxy.Alias.Config of type map[string]interface {}`],
    ['service', '{"Name":1,"Connect":{"Native":1}}', `${FIELD} .Alias.Connect.Alias.Native of type bool`],
    ['check', '{"TTL":"x","Name":1}', `${FIELD} .Alias.Name of type string`],
    ['check', '{"Name":"a","TTL":"10µx"}', 'time: unknown unit "\\xc2\\xb5x" in duration "10\\xc2\\xb5x"'],
    [
      'service',
      '1',
      'json: cannot unmarshal number into Go value of type struct { EnableTagOverrideSnake bool "json:\\"enable_tag_override\\""; TaggedAddressesSnake map[string]structs.ServiceAddress "json:\\"tagged_addresses\\""; *structs.Alias }',
    ],
  ])('of a %s (%s) is told of what comes first', async (kind, body, text) => {
    const answer = await consul.put(`/agent/${kind}/register`, body);
    expect([answer.status, answer.text]).toEqual([400, `Request decode failed: ${text}`]);
  });
});

describe('weights that cannot be', () => {
  it.each([
    [{ Passing: 2, Warning: -5 }, 'Warning must be greater or equal than 0'],
    [{ Passing: -1, Warning: 1 }, 'Passing must be greater than 0'],
    [{ Passing: 0, Warning: -1 }, 'Passing must be greater than 0'],
    [{ Passing: 70_000, Warning: -1 }, 'Warning must be greater or equal than 0'],
    [{ Passing: 1, Warning: 70_000 }, 'DNS Weight must be between 0 and 65535'],
  ])('%j are refused', async (Weights, why) => {
    const id = consul.name('weights');
    const answer = await consul.put('/agent/service/register', { Name: id, Weights });
    expect([answer.status, answer.text]).toEqual([400, `Invalid Weights: ${why}`]);
    expect((await consul.get(`/agent/service/${id}`)).status).toBe(404);
  });
});
