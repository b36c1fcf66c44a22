import type { CheckRegistration, ServiceEntry, Unindexed } from '../entries.js';
import { Rejection } from '../rejection.js';
import { CatalogTable } from './catalog-table.js';
import { applyRegistration, type Registration } from './registration.js';

const node = { id: '', name: 'far', address: '10.0.0.1', meta: {}, taggedAddresses: {} };
const service: Unindexed<ServiceEntry> = {
  node: 'far',
  id: 'web-1',
  name: 'web',
  tags: [],
  address: '',
  taggedAddresses: {},
  meta: {},
  port: 1,
  weights: { Passing: 1, Warning: 1 },
  enableTagOverride: false,
};
const check: CheckRegistration = {
  node: 'far',
  checkId: 'alive',
  name: '',
  status: 'passing',
  notes: '',
  output: '',
  serviceId: '',
  type: '',
  interval: '',
  timeout: '',
  definition: {},
};

function createCatalog() {
  const catalog = new CatalogTable();
  let index = 0;
  const register = (registration: Partial<Registration>) => {
    const whole = { node, skipNodeUpdate: false, checks: [], ...registration };
    return applyRegistration(catalog, whole, { index: ++index, touched: new Set() });
  };
  return { catalog, register };
}

describe(applyRegistration.name, () => {
  it('puts nothing into the catalogue when a check belongs to nothing', () => {
    const { catalog, register } = createCatalog();
    const result = register({ service, checks: [{ ...check, serviceId: 'other' }] });
    expect((result as Rejection).message).toBe("Unknown service ID 'other' for check ID 'alive'");
    expect([catalog.node('far'), catalog.usage()]).toEqual([undefined, expect.objectContaining({ nodes: 0, services: 0, bytes: 0 })]);
  });

  it('takes a check of a service that comes with it', () => {
    const { catalog, register } = createCatalog();
    register({ service, checks: [{ ...check, serviceId: 'web-1' }] });
    expect(catalog.check('far', 'alive')).toMatchObject({ serviceName: 'web', createIndex: 1 });
  });

  it('finds a node and what is on it whatever the capitals', () => {
    const { catalog, register } = createCatalog();
    register({ service });
    register({ node: { ...node, name: 'FAR' }, skipNodeUpdate: true, service: { ...service, node: 'FAR', id: 'web-2' } });
    expect(catalog.instancesOf('WEB').map((each) => [each.node, each.id])).toEqual([
      ['far', 'web-1'],
      ['far', 'web-2'],
    ]);
  });

  it('gives a node that comes under a new name that name; what was on it is gone', () => {
    const { catalog, register } = createCatalog();
    register({ node: { ...node, id: 'id-1' }, service });
    register({ node: { ...node, id: 'id-1', name: 'near' } });
    expect([catalog.node('far'), catalog.node('near')?.id, catalog.instancesOf('web')]).toEqual([undefined, 'id-1', []]);
  });

  it('does not give away the name of a node that is alive', () => {
    const { catalog, register } = createCatalog();
    register({ node: { ...node, id: 'id-1' }, checks: [{ ...check, checkId: 'serfHealth' }] });
    expect(register({ node: { ...node, id: 'id-2' } })).toBeInstanceOf(Rejection);
    register({ skipNodeUpdate: true, checks: [{ ...check, checkId: 'serfHealth', status: 'critical' }] });
    expect([register({ node: { ...node, id: 'id-2' } }), catalog.node('far')?.id]).toEqual([true, 'id-2']);
  });

  it('counts nodes, and nothing is left of one that is deleted', () => {
    const { catalog, register } = createCatalog();
    register({ service, checks: [check] });
    expect(catalog.usage()).toMatchObject({ nodes: 1, services: 1, checks: 1 });
    catalog.deleteNode('FAR', { index: 9, touched: new Set() });
    expect({ ...catalog.usage() }).toEqual({ nodes: 0, services: 0, checks: 0, bytes: 0 });
    expect([catalog.indexOfNode('far'), catalog.indexOfService('web'), catalog.nodeById('')]).toEqual([9, 9, undefined]);
  });
});
