import type { ConsulRequest } from '../http/consul-request.js';
import type { Command } from '../store/command.js';
import type { DurableStore } from '../store/durable-store.js';
import type { ServiceEntry } from '../store/entries.js';
import { RegistryState } from '../store/registry-state.js';
import { Watchers } from '../store/watchers.js';
import { catalogRoutes } from './catalog.routes.js';

function createRoutes() {
  const state = new RegistryState();
  const watchers = new Watchers();
  const apply = (command: Command) => {
    const touched = new Set<string>();
    state.apply(command, state.index + 1, touched);
    watchers.wake(touched);
  };
  const route = catalogRoutes({ store: { state, watchers } as unknown as DurableStore, datacenter: 'dc1', nodeName: 'node' }).find(
    ({ path }) => path === '/v1/catalog/node/',
  );
  const showNode = async (query = '') => {
    const request: ConsulRequest = {
      rest: 'node',
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.alloc(0),
      whenGone: () => new AbortController().signal,
    };
    return await route?.methods.GET?.(request);
  };
  const put = (id: string) => {
    apply({ type: 'service-put', service: { ...service, id, name: id }, checks: [], replaceChecks: false });
  };
  apply({ type: 'node-put', node: { id: 'n', name: 'node', address: '', meta: {}, taggedAddresses: {} } });
  return { apply, put, showNode };
}

const service: Omit<ServiceEntry, 'createIndex' | 'modifyIndex'> = {
  node: 'node',
  id: '',
  name: '',
  tags: [],
  address: '',
  taggedAddresses: {},
  meta: {},
  port: 1,
  weights: { Passing: 1, Warning: 1 },
  enableTagOverride: false,
};

describe('/v1/catalog/node/', () => {
  it('tells a waiting reader of a deregistration: its index does not go back', async () => {
    const { apply, put, showNode } = createRoutes();
    put('first');
    put('second');
    const before = await showNode();
    expect(before?.index).toBe(3);
    const waiting = showNode('index=3&wait=2s');
    apply({ type: 'service-delete', node: 'node', id: 'second' });
    expect(await waiting).toMatchObject({ index: 4, json: { Services: { first: {} } } });
  });
});
