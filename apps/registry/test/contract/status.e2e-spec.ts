import { useConsul } from './consul-under-test.js';
import { faultOf, refusal } from './external-nodes.js';

const consul = useConsul();

it('the leader is an address of the peers', async () => {
  const leader = await consul.get('/status/leader');
  expect([leader.status, leader.headers['content-type'], leader.index]).toEqual([200, 'application/json', NaN]);
  expect(leader.json()).toMatch(/^.+:\d+$/);
  const peers = await consul.get('/status/peers');
  expect(peers.json()).toContain(leader.json());
});

it('is known of this datacenter only', async () => {
  expect((await consul.get('/status/leader?dc=dc1')).status).toBe(200);
  for (const path of ['leader', 'peers']) {
    expect(faultOf(await consul.get(`/status/${path}?dc=elsewhere`))).toEqual(refusal(500, 'No path to datacenter'));
    expect(faultOf(await consul.put(`/status/${path}`))).toEqual(refusal(405, 'method PUT not allowed'));
  }
});

describe('coordinates', () => {
  const COORDINATE = {
    Node: expect.any(String) as string,
    Segment: '',
    Coord: {
      Vec: Array.from({ length: 8 }, () => expect.any(Number) as number),
      Error: expect.any(Number) as number,
      Adjustment: expect.any(Number) as number,
      Height: expect.any(Number) as number,
    },
  };

  /** An agent tells where it is only some time after its start. */
  async function ownNode(): Promise<{ Node: string }[]> {
    const deadline = Date.now() + 40_000;
    for (;;) {
      const own = (await consul.get('/coordinate/nodes')).json<{ Node: string }[]>();
      if (own.length > 0 || Date.now() > deadline) return own;
      await consul.get('/catalog/nodes?index=1000000000&wait=500ms');
    }
  }

  it('of the servers of each datacenter', async () => {
    expect((await consul.get('/coordinate/datacenters')).json()).toEqual([{ Datacenter: 'dc1', AreaID: 'wan', Coordinates: [COORDINATE] }]);
  });

  it('of nodes, as soon as they have told them', async () => {
    const answer = await consul.get('/coordinate/nodes');
    expect([answer.status, answer.index]).toEqual([200, expect.any(Number)]);
    for (const coordinate of answer.json<unknown[]>()) expect(coordinate).toEqual(COORDINATE);
  });

  it('of a node that is not there are not found', async () => {
    const answer = await consul.get(`/coordinate/node/${consul.name('node')}`);
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  it('of a node are those of its name as it was asked for', async () => {
    const [own] = await ownNode();
    const name = own?.Node.toUpperCase() ?? '';
    expect((await consul.get(`/coordinate/node/${name}`)).json()).toEqual([{ ...COORDINATE, Node: name }]);
  }, 60_000);

  it.each(['nodes', 'node/x'])('%s knows no partitions', async (path) => {
    const text = 'Invalid query parameter: "partition" - Partitions are a Consul Enterprise feature';
    expect(faultOf(await consul.get(`/coordinate/${path}?partition=a`))).toEqual(refusal(400, text));
  });

  const Coord = { Vec: [0, 0, 0, 0, 0, 0, 0, 0], Error: 1.5, Adjustment: 0, Height: 1e-5 };

  it('are taken from nodes that tell them', async () => {
    const answer = await consul.put('/coordinate/update', { Node: consul.name('node'), Coord });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it.each([
    ['', '', 400, 'Request decode failed: EOF'],
    ['', [], 400, 'Request decode failed: json: cannot unmarshal array into Go value of type structs.CoordinateUpdateRequest'],
    ['', { Other: 1 }, 400, 'Request decode failed: json: unknown field "Other"'],
    [
      '',
      { Coord: { Vec: ['a'] } },
      400,
      'Request decode failed: json: cannot unmarshal string into Go struct field Coordinate.Coord.Vec of type float64',
    ],
    ['', { Node: 'x', Coord: { Vec: [1] } }, 500, 'incompatible coordinate'],
    ['', { Node: 'x', Coord, Datacenter: 'elsewhere' }, 500, 'No path to datacenter'],
    ['?ns=a', { Node: 'x', Coord }, 400, 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature'],
  ])('are refused: %s %j', async (query, body, status, text) => {
    expect(faultOf(await consul.put(`/coordinate/update${query}`, body))).toEqual(refusal(status, text));
  });
});

describe('access control that is switched off', () => {
  it.each([
    ['PUT', 'bootstrap'],
    ['POST', 'login'],
    ['POST', 'logout'],
    ['GET', 'replication'],
    ['GET', 'tokens'],
    ['PUT', 'token'],
    ['GET', 'token/self'],
    ['GET', 'token/x'],
    ['PUT', 'token/x'],
    ['DELETE', 'token/x'],
    ['GET', 'policies'],
    ['PUT', 'policy'],
    ['GET', 'policy/x'],
    ['GET', 'policy/name/x'],
    ['GET', 'roles'],
    ['PUT', 'role'],
    ['GET', 'role/x'],
    ['GET', 'role/name/x'],
    ['GET', 'auth-methods'],
    ['PUT', 'auth-method'],
    ['GET', 'auth-method/x'],
    ['GET', 'binding-rules'],
    ['PUT', 'binding-rule'],
    ['GET', 'binding-rule/x'],
    ['GET', 'templated-policies'],
    ['GET', 'templated-policy/name/x'],
  ])('%s %s', async (method, path) => {
    expect(faultOf(await consul.ask(method, `/acl/${path}`))).toEqual(refusal(401, 'ACL support disabled'));
  });

  it('GET bootstrap is none of its methods', async () => {
    expect(faultOf(await consul.get('/acl/bootstrap'))).toEqual(refusal(405, 'method GET not allowed'));
  });

  it.each(['list', 'info/x', 'other'])('%s is not there', async (path) => {
    expect(faultOf(await consul.get(`/acl/${path}`))).toEqual(refusal(404, 'Invalid URL path: not a recognized HTTP API endpoint'));
  });
});
