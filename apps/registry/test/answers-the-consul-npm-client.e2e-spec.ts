import { type ConsulClient, watchConsul } from '@app/config';
import { waitFor } from '@app/testing';
import { type RegistryProcess, startRegistry } from './registry-process.js';

interface KvItem {
  Key: string;
  Value: string;
  ModifyIndex: number;
}

describe('the agent answers the public consul npm client', () => {
  let registry: RegistryProcess;
  let client: ConsulClient;

  beforeAll(async () => {
    registry = await startRegistry();
    client = registry.client;
  });

  afterAll(() => registry.stop());

  const passing = async (service: string) =>
    ((await client.health.service({ service, passing: true })) as { Service: { ID: string } }[]).map(({ Service }) => Service.ID);

  it('registers a service with a TTL check: critical until it passes, and again when it stops', async () => {
    await client.agent.service.register({
      name: 'scales',
      id: 'scales-1',
      address: '10.0.0.7',
      port: 80,
      tags: ['a'],
      meta: { k: 'v' },
      check: { ttl: '1s' },
    } as never);
    expect(await passing('scales')).toEqual([]);
    await client.agent.check.pass({ id: 'service:scales-1', note: 'all well' });
    expect(await passing('scales')).toEqual(['scales-1']);
    await waitFor(async () => (await passing('scales')).length === 0, { what: 'Expiry of the TTL' });
    const [check] = await client.health.checks('scales');
    expect(check).toMatchObject({ Status: 'critical', Output: 'TTL expired (last output before timeout follows): all well' });
  });

  it('shows the service in the agent, catalogue and health', async () => {
    expect(await client.agent.service.list()).toMatchObject({
      'scales-1': { Service: 'scales', Tags: ['a'], Meta: { k: 'v' }, Weights: { Passing: 1, Warning: 1 } },
    });
    expect(await client.catalog.service.list()).toMatchObject({ consul: [], scales: ['a'] });
    expect(await client.catalog.service.nodes('scales')).toMatchObject([
      { ServiceID: 'scales-1', ServiceAddress: '10.0.0.7', ServicePort: 80 },
    ]);
    const [entry] = (await client.health.service('scales')) as [{ Node: { Node: string }; Checks: { CheckID: string }[] }];
    expect(entry.Checks.map(({ CheckID }) => CheckID)).toEqual(['serfHealth', 'service:scales-1']);
    expect(await client.catalog.node.list()).toMatchObject([{ Node: entry.Node.Node }]);
  });

  it('keeps the status of a check that is registered again', async () => {
    const registration = { name: 'belt', id: 'belt-1', check: { ttl: '60s' } } as never;
    await client.agent.service.register(registration);
    await client.agent.check.pass('service:belt-1');
    await client.agent.service.register(registration);
    expect(await passing('belt')).toEqual(['belt-1']);
  });

  it('maintenance takes a service out of the passing ones and back', async () => {
    await client.agent.service.maintenance({ id: 'belt-1', enable: true, reason: 'oil' });
    expect(await passing('belt')).toEqual([]);
    await client.agent.service.maintenance({ id: 'belt-1', enable: false });
    expect(await passing('belt')).toEqual(['belt-1']);
  });

  it('runs HTTP checks', async () => {
    const check = { http: `${registry.service.url}/health/live`, interval: '1s', timeout: '1s' };
    await client.agent.service.register({ name: 'probed', check } as never);
    await waitFor(async () => (await passing('probed')).length === 1, { what: 'The HTTP check' });
  });

  it('deregisters, and answers an unknown id with 404 in plain text', async () => {
    await client.agent.service.deregister('scales-1');
    expect(await client.health.service('scales')).toEqual([]);
    const response = await fetch(`${registry.consul}/v1/agent/service/deregister/scales-1`, { method: 'PUT' });
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    await expect(client.agent.check.pass('service:scales-1')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('sets, reads, lists and deletes keys; compare-and-set holds', async () => {
    expect(await client.kv.set('t/a', 'one')).toBe(true);
    const item = (await client.kv.get('t/a')) as unknown as KvItem;
    expect(item).toMatchObject({ Key: 't/a', Value: 'one', Flags: 0, LockIndex: 0 });
    // The client makes undefined of the answer `false`.
    expect(await client.kv.set({ key: 't/a', value: 'two', cas: 1 })).toBeUndefined();
    expect(await client.kv.set({ key: 't/a', value: 'two', cas: item.ModifyIndex })).toBe(true);
    await client.kv.set('t/b/c', 'x');
    expect(await client.kv.keys({ key: 't/', separator: '/' })).toEqual(['t/a', 't/b/']);
    expect(((await client.kv.get({ key: 't/', recurse: true })) as unknown as KvItem[]).map(({ Value }) => Value)).toEqual(['two', 'x']);
    expect(await client.kv.del({ key: 't/', recurse: true })).toBe(true);
    expect(await client.kv.get('t/a')).toBeUndefined();
  });

  it('wakes a blocked reader of a key, of a prefix and of a service', async () => {
    const seen: unknown[] = [];
    const watch = (query: (options: object) => Promise<unknown>) =>
      watchConsul({ query: query as never, onData: (data) => seen.push(data) });
    const watches = [
      watch((options) => client.kv.get({ key: 'w/a', ...options })),
      watch((options) => client.kv.get({ key: 'w/', recurse: true, ...options })),
      watch((options) => client.health.service({ service: 'woken', ...options } as never)),
    ];
    await waitFor(() => seen.length === 3);
    await client.kv.set('w/a', '1');
    await client.agent.service.register('woken');
    await waitFor(() => seen.length === 6);
    for (const one of watches) one.close();
  });

  it('tells leader, peers and itself', async () => {
    expect(await client.status.leader()).toBe('127.0.0.1:8300');
    expect(await client.status.peers()).toEqual(['127.0.0.1:8300']);
    expect(await client.agent.self()).toMatchObject({ Config: { Datacenter: 'dc1', Server: true } });
    expect(await client.catalog.datacenters()).toEqual(['dc1']);
  });
});
