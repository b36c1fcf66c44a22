import { serfHealth, serverService } from '../agent/server-identity.js';
import type { ConsulRequest } from '../http/consul-request.js';
import type { Command } from '../store/command.js';
import type { DurableStore } from '../store/durable-store.js';
import { RegistryState } from '../store/registry-state.js';
import { registerRoutes } from './register.routes.js';

const OWN = { id: '8c39645c-810b-3c93-78ed-6e13effe6fb9', name: 'own', address: '127.0.0.1', meta: {}, taggedAddresses: {} };

const OTHER_ID = '11111111-2222-3333-4444-555555555555';

function createRoutes() {
  const state = new RegistryState();
  const propose = (command: Command) => Promise.resolve(state.apply(command, state.index + 1, new Set()));
  const routes = registerRoutes({ store: { state, propose } as unknown as DurableStore, datacenter: 'dc1', nodeName: 'own' });
  const put = async (action: 'register' | 'deregister', body: object) => {
    const request = { rest: '', query: new URLSearchParams(), headers: {}, body: Buffer.from(JSON.stringify(body)) } as ConsulRequest;
    return await routes.find(({ path }) => path === `/v1/catalog/${action}`)?.methods.PUT?.(request);
  };
  void propose({ type: 'node-put', node: OWN });
  void propose({ type: 'service-put', service: serverService('own'), checks: [serfHealth('own')], replaceChecks: false });
  return { catalog: state.catalog, put };
}

describe(registerRoutes.name, () => {
  it('leaves the node of this agent as it is, and takes what is registered on it', async () => {
    const { catalog, put } = createRoutes();
    expect(await put('register', { Node: 'OWN', Address: '10.0.0.1', Service: { Service: 'web' } })).toEqual({ json: true });
    expect(catalog.node('own')).toMatchObject(OWN);
    expect(catalog.instancesOf('web')).toMatchObject([{ node: 'own' }]);
  });

  it('names what is wrong with the id of a node before the address that it lacks, as Consul does', async () => {
    const { put } = createRoutes();
    await expect(put('register', { Node: 'n', ID: 'short' })).rejects.toThrow('Bad node ID: uuid string is wrong length');
    await expect(put('register', { Node: 'n', ID: OTHER_ID })).rejects.toThrow('Must provide address if SkipNodeUpdate is not set');
  });

  it('keeps what this agent would be nothing without', async () => {
    const { catalog, put } = createRoutes();
    const others = { Service: { Service: 'consul', Port: 1 }, Checks: [{ Name: 'serfHealth', Status: 'critical' }, { Name: 'other' }] };
    await put('register', { Node: 'own', Address: '10.0.0.1', ...others });
    expect(catalog.service('own', 'consul')).toMatchObject(serverService('own'));
    expect(catalog.check('own', 'serfHealth')).toMatchObject({ status: 'passing' });
    for (const what of [{}, { ServiceID: 'consul' }, { CheckID: 'serfHealth' }]) {
      expect(await put('deregister', { Node: 'own', ...what })).toEqual({ json: true });
    }
    expect([catalog.servicesOn('own').length, catalog.checksOn('own').length]).toEqual([1, 2]);
    await put('deregister', { Node: 'own', CheckID: 'other' });
    expect(catalog.checksOn('own')).toMatchObject([{ checkId: 'serfHealth' }]);
  });

  it.each([
    ['of another id', { Node: 'own', ID: OTHER_ID, SkipNodeUpdate: true }],
    ['in capitals', { Node: 'OWN', ID: OWN.id.toUpperCase(), SkipNodeUpdate: true }],
    ['of another id, as a whole', { Node: 'own', ID: OTHER_ID, Address: '10.0.0.1' }],
    ['under another name', { Node: 'renamed', ID: OWN.id.toUpperCase(), Address: '10.0.0.1' }],
    ['under another name, that is to stay', { Node: 'renamed', ID: OWN.id, SkipNodeUpdate: true }],
  ])('keeps that it is alive when its node comes %s', async (_, node) => {
    const { catalog, put } = createRoutes();
    await put('register', { ...node, Check: { Name: 'serfHealth', Status: 'critical' }, Service: { Service: 'consul', Port: 1 } });
    expect(catalog.node('own')).toMatchObject(OWN);
    expect(catalog.check('own', 'serfHealth')).toMatchObject({ status: 'passing' });
    expect(catalog.service('own', 'consul')).toMatchObject(serverService('own'));
    expect([...catalog.allNodes()]).toHaveLength(1);
  });

  it('keeps no more of what a check says than of one that it makes itself', async () => {
    const { catalog, put } = createRoutes();
    await put('register', { Node: 'far', Address: '10.0.0.1', Check: { Name: 'c', Output: 'o'.repeat(5_000) } });
    expect(catalog.check('far', 'c')?.output).toBe(`${'o'.repeat(4_096)} ... (captured 4096 of 5000 bytes)`);
  });
});
