import type { CheckRegistration, Unindexed } from '../command.js';
import type { CheckEntry, NodeEntry, ServiceEntry } from '../entries.js';
import { CatalogTable } from './catalog-table.js';

const node: Unindexed<NodeEntry> = { id: 'n', name: 'node', address: '127.0.0.1', meta: {}, taggedAddresses: {} };

function service(id: string, name = 'web'): Unindexed<ServiceEntry> {
  return {
    node: 'node',
    id,
    name,
    tags: [],
    address: '',
    taggedAddresses: {},
    meta: {},
    port: 1,
    weights: { Passing: 1, Warning: 1 },
    enableTagOverride: false,
  };
}

function check(checkId: string, serviceId = '', status: CheckEntry['status'] = 'passing'): CheckRegistration {
  const common = { name: checkId, notes: '', output: '', type: 'ttl', interval: '', timeout: '', definition: {} };
  return { node: 'node', checkId, serviceId, status, ...common };
}

function createTable() {
  const sut = new CatalogTable();
  let index = 0;
  const next = () => ({ index: ++index, touched: new Set<string>() });
  sut.putNode(node, next());
  sut.putService(service('web-1'), next());
  return { sut, next };
}

describe(CatalogTable.name, () => {
  it('an unchanged registration changes no index and wakes nobody', () => {
    const { sut, next } = createTable();
    const change = next();
    sut.putService(service('web-1'), change);
    expect([sut.service('node', 'web-1')?.modifyIndex, change.touched.size]).toEqual([2, 0]);
  });

  it('a check moves the index of its own service only', () => {
    const { sut, next } = createTable();
    sut.putService(service('db-1', 'db'), next());
    sut.putCheck(check('c', 'web-1'), next());
    expect([sut.indexOfService('web'), sut.indexOfService('db')]).toEqual([4, 3]);
  });

  it('a check of the node moves the index of every service on it', () => {
    const { sut, next } = createTable();
    sut.putService(service('db-1', 'db'), next());
    const change = next();
    sut.putCheck(check('node-check'), change);
    expect([sut.indexOfService('web'), sut.indexOfService('db')]).toEqual([4, 4]);
    expect([...change.touched].sort()).toEqual(['checks', 'node:node', 'service:db', 'service:web']);
  });

  it("decides about an instance by its node's checks and its own, not by its neighbour's", () => {
    const { sut, next } = createTable();
    sut.putService(service('web-2'), next());
    sut.putCheck(check('node-check'), next());
    sut.putCheck(check('one', 'web-1'), next());
    sut.putCheck(check('two', 'web-2'), next());
    const [first] = [...sut.instancesOf('web')];
    expect(first && sut.checksOf(first).map(({ checkId }) => checkId)).toEqual(['node-check', 'one']);
  });

  it('removes the checks with their service; the index of a service that is gone does not go back', () => {
    const { sut, next } = createTable();
    sut.putCheck(check('c', 'web-1'), next());
    sut.deleteService('node', 'web-1', next());
    expect([[...sut.allChecks()], sut.indexOfService('web'), [...sut.allServices()]]).toEqual([[], 4, []]);
  });

  it('moves an instance that is registered again under another name', () => {
    const { sut, next } = createTable();
    const change = next();
    sut.putService(service('web-1', 'api'), change);
    expect([[...sut.instancesOf('web')].length, [...sut.instancesOf('api')].length]).toEqual([0, 1]);
    expect([...change.touched]).toEqual(expect.arrayContaining(['service:web', 'service:api']));
  });

  it('a new status or output moves the index, the same ones do not', () => {
    const { sut, next } = createTable();
    sut.putCheck(check('c', 'web-1'), next());
    sut.setCheckStatus('node', 'c', { status: 'critical', output: 'down' }, next());
    const change = next();
    expect(sut.setCheckStatus('node', 'c', { status: 'critical', output: 'down' }, change)).toBe(true);
    expect(sut.check('node', 'c')).toMatchObject({ status: 'critical', output: 'down', createIndex: 3, modifyIndex: 4 });
    expect(change.touched.size).toBe(0);
    sut.setCheckStatus('node', 'c', { status: 'critical', output: 'still down' }, next());
    expect(sut.check('node', 'c')).toMatchObject({ output: 'still down', modifyIndex: 6 });
    expect(sut.setCheckStatus('node', 'missing', { status: 'passing', output: '' }, next())).toBe(false);
  });

  it('checks follow the name and tags of their service, and only those change', () => {
    const { sut, next } = createTable();
    sut.putCheck(check('c', 'web-1'), next());
    sut.putService({ ...service('web-1', 'api'), tags: ['new'] }, next());
    expect(sut.check('node', 'c')).toMatchObject({ serviceName: 'api', serviceTags: ['new'], modifyIndex: 4 });
    sut.putService({ ...service('web-1', 'api'), tags: ['new'], port: 2 }, next());
    expect(sut.check('node', 'c')?.modifyIndex).toBe(4);
    const change = next();
    sut.setCheckStatus('node', 'c', { status: 'critical', output: '' }, change);
    expect([...change.touched].sort()).toEqual(['checks', 'node:node', 'service:api']);
  });

  it('takes no check of a service that is not there', () => {
    const { sut, next } = createTable();
    expect(sut.putCheck(check('c', 'gone'), next())).toBe(false);
    expect([...sut.allChecks()]).toEqual([]);
  });

  it('a node has the index of its own last change and of that of a service on it, whatever happens on others', () => {
    const { sut, next } = createTable();
    sut.putNode({ ...node, id: 'o', name: 'other' }, next());
    sut.putService({ ...service('db-1', 'db'), node: 'other' }, next());
    expect([sut.indexOfNode('node'), sut.indexOfNode('OTHER'), sut.indexOfNode('none')]).toEqual([2, 4, 0]);
    sut.deleteService('node', 'web-1', next());
    sut.deleteNode('other', next());
    expect([sut.indexOfNode('node'), sut.indexOfNode('other'), sut.indexOfNode('none')]).toEqual([5, 6, 6]);
  });

  it('lists in the order of nodes, then of ids', () => {
    const { sut, next } = createTable();
    sut.putNode({ ...node, id: 'a', name: 'A-node' }, next());
    for (const id of ['2', '10']) for (const on of ['node', 'A-node']) sut.putService({ ...service(id), node: on }, next());
    expect(sut.instancesOf('web').map((each) => `${each.node} ${each.id}`)).toEqual([
      'A-node 10',
      'A-node 2',
      'node 10',
      'node 2',
      'node web-1',
    ]);
  });

  it('finds a node by its id or the beginning of it, as long as there is only one', () => {
    const { sut, next } = createTable();
    for (const [name, id] of [
      ['one', 'aa11'],
      ['two', 'aa22'],
    ] as const) {
      sut.putNode({ ...node, id, name }, next());
    }
    expect(['aa11', 'AA2', 'aa', 'bb'].map((prefix) => sut.nodeByIdPrefix(prefix)?.name)).toEqual(['one', 'two', undefined, undefined]);
  });

  it.each(['with', 'without'])('restores the index of a node from records %s it', (kind) => {
    const { sut, next } = createTable();
    sut.deleteService('node', 'web-1', next());
    const restored = new CatalogTable();
    for (const record of sut.records()) {
      if (record.type === 'node') restored.restoreNode(record.entry);
      if (record.type === 'node-index' && kind === 'with') restored.restoreNodeIndex(record.name, record.index);
    }
    restored.restoreIndexes(sut.indexes());
    expect(restored.indexOfNode('node')).toBe(3);
  });
});
