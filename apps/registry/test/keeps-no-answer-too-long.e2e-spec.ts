import { ConsulUnderTest } from './contract/consul-under-test.js';

const TURNS = 150;
const PAD = 'x'.repeat(400);
const READS = [
  '/catalog/nodes?',
  '/catalog/nodes?node-meta=kind:odd&',
  '/catalog/services?',
  '/catalog/services?node-meta=kind:odd&',
  '/catalog/service/cached?',
  '/catalog/service/cached?node-meta=kind:odd&',
  '/catalog/node/cached-1?',
  '/catalog/node-services/cached-1?',
  '/health/service/cached?',
  '/health/service/cached?passing&',
  '/health/service/cached?node-meta=kind:odd&',
  '/health/checks/cached?',
  '/health/checks/cached?node-meta=kind:odd&',
  '/health/node/cached-1?',
  '/health/state/any?',
  '/health/state/critical?node-meta=kind:odd&',
  '/kv/cached?recurse&',
  '/kv/cached/1?',
  '/kv/?keys&',
  '/session/list?',
  '/session/node/cached-1?',
];

describe('answers that are kept', () => {
  let consul: ConsulUnderTest;

  beforeAll(async () => {
    consul = await ConsulUnderTest.start();
  }, 120_000);

  afterAll(() => consul.stop());

  /** A change of any kind that these reads can see, the same ones in every run. */
  async function change(turn: number): Promise<void> {
    const at = 1 + (turn % 3);
    const node = { Node: `cached-${at}`, Address: `10.0.0.${turn % 7}`, NodeMeta: { kind: turn % 2 === 0 ? 'even' : 'odd' } };
    const service = { ID: `cached-${at}`, Service: 'cached', Port: turn, Meta: { pad: PAD } };
    const check = { CheckID: `check-${at}`, Name: 'c', Status: turn % 2 === 0 ? 'passing' : 'critical', Output: PAD };
    const steps = [
      () => consul.put('/catalog/register', node),
      () => consul.put('/catalog/register', { ...node, Service: service }),
      () => consul.put('/catalog/register', { ...node, Check: { ...check, ServiceID: service.ID } }),
      () => consul.put('/catalog/register', { ...node, Check: { ...check, CheckID: `node-${at}` } }),
      () =>
        consul.put('/agent/service/register', { Name: 'cached', ID: `own-${at}`, Port: turn, Meta: { pad: PAD }, Check: { TTL: '1h' } }),
      () => consul.put(`/agent/check/${turn % 2 === 0 ? 'pass' : 'fail'}/service:own-${at}`),
      () => consul.put(`/kv/cached/${at}`, `${turn}${PAD.repeat(3)}`),
      () => consul.put('/session/create', { Node: node.Node, Name: PAD, NodeChecks: [] }),
      () => consul.put(`/agent/maintenance?enable=${turn % 2 === 0}&reason=${PAD}`),
      () => consul.delete(`/kv/cached/${at}`),
      () => consul.put(`/agent/service/deregister/own-${at}`),
      () => consul.put('/catalog/deregister', { Node: node.Node, CheckID: `node-${at}` }),
      () => consul.put('/catalog/deregister', { Node: node.Node, ServiceID: service.ID }),
      () => consul.put('/catalog/deregister', { Node: node.Node }),
    ];
    await steps[(turn * 5) % steps.length]?.();
    await steps[(turn * 11 + 3) % steps.length]?.();
  }

  it('are the same as those that are made anew, after every change', async () => {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await change(turn);
      for (const path of READS) {
        // Nothing is near to what does not exist: the same answer, of which none is kept.
        const [kept, made] = await Promise.all([consul.get(path), consul.get(`${path}near=none-${turn}`)]);
        expect({ path, turn, status: kept.status, text: kept.text }).toEqual({ path, turn, status: made.status, text: made.text });
        expect(kept.index).toBeLessThanOrEqual(made.index);
      }
    }
  }, 120_000);
});
