import { findDependencies } from './dependencies.js';
import { decodeSpans } from './span.js';
import { TraceStore } from './trace-store.js';

function linksOf(spans: Record<string, unknown>[]) {
  const store = new TraceStore(1_000_000);
  store.add(decodeSpans(JSON.stringify(spans.map((span) => ({ traceId: 'a', ...span })))));
  return findDependencies(store.all());
}

const local = (serviceName: string) => ({ localEndpoint: { serviceName } });
const remote = (serviceName: string) => ({ remoteEndpoint: { serviceName } });

describe(findDependencies.name, () => {
  it('a call is counted once, by the names of caller and called', () => {
    const spans = [
      { id: '1', kind: 'SERVER', ...local('gateway') },
      { id: '2', parentId: '1', kind: 'CLIENT', ...local('gateway'), ...remote('10.0.0.1') },
      { id: '3', parentId: '2', kind: 'SERVER', ...local('system'), tags: { error: '500' } },
    ];
    expect(linksOf(spans)).toEqual([{ parent: 'gateway', child: 'system', callCount: 1, errorCount: 1 }]);
  });

  it('looks through spans of work inside a service', () => {
    const spans = [
      { id: '1', kind: 'SERVER', ...local('gateway') },
      { id: '2', parentId: '1', name: 'inner' },
      { id: '3', parentId: '2', kind: 'SERVER', ...local('system') },
    ];
    expect(linksOf(spans)).toMatchObject([{ parent: 'gateway', child: 'system' }]);
  });

  it('takes the remote name of a store that makes no spans', () => {
    expect(linksOf([{ id: '1', kind: 'CLIENT', ...local('statistics'), ...remote('postgresql') }])).toMatchObject([
      { parent: 'statistics', child: 'postgresql' },
    ]);
  });

  it('understands both halves of a shared span', () => {
    const spans = [
      { id: '2', kind: 'CLIENT', ...local('web') },
      { id: '2', kind: 'SERVER', shared: true, ...local('app') },
    ];
    expect(linksOf(spans)).toEqual([{ parent: 'web', child: 'app', callCount: 1, errorCount: 0 }]);
  });

  it('links producers and consumers through their broker', () => {
    const spans = [
      { id: '1', kind: 'PRODUCER', ...local('dynamic'), ...remote('kafka') },
      { id: '2', parentId: '1', kind: 'CONSUMER', ...local('statistics'), ...remote('kafka') },
    ];
    expect(linksOf(spans)).toMatchObject([
      { parent: 'dynamic', child: 'kafka' },
      { parent: 'kafka', child: 'statistics' },
    ]);
  });

  it('ends on spans that are each other’s parents', () => {
    const spans = [
      { id: '1', parentId: '2', kind: 'SERVER', ...local('a') },
      { id: '2', parentId: '1' },
    ];
    expect(linksOf(spans)).toEqual([]);
  });
});
