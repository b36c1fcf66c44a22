import { decodeSpans } from './span.js';
import { findTraces, remoteServiceNames, serviceNames, spanNames, type TraceQuery } from './trace-query.js';
import { TraceStore } from './trace-store.js';

const NOW = 1_700_000_000_000;

function createStore() {
  const sut = new TraceStore(1_000_000);
  const at = (secondsAgo: number) => (NOW - secondsAgo * 1_000) * 1_000;
  const add = (traceId: string, span: Record<string, unknown>) => {
    sut.add(
      decodeSpans(
        JSON.stringify([{ traceId, id: '1', timestamp: at(10), duration: 1_000, localEndpoint: { serviceName: 'Gateway' }, ...span }]),
      ),
    );
  };
  add('a'.repeat(32), { name: 'GET /api', kind: 'SERVER', tags: { 'http.method': 'GET' }, timestamp: at(30) });
  add('a'.repeat(32), {
    id: '2',
    parentId: '1',
    name: 'select',
    kind: 'CLIENT',
    remoteEndpoint: { serviceName: 'postgresql' },
    localEndpoint: { serviceName: 'statistics' },
  });
  add('b'.repeat(16), {
    name: 'get /live',
    tags: { error: 'refused' },
    annotations: [{ timestamp: 1, value: 'retry' }],
    duration: 50_000,
    timestamp: at(20),
  });
  return sut;
}

const found = (query: Partial<TraceQuery>) =>
  findTraces(createStore(), { endTs: NOW, lookback: 86_400_000, limit: 10, ...query }).map((trace) => trace[0]?.traceId[0]);

describe(findTraces.name, () => {
  it.each([
    [{}, ['b', 'a']],
    [{ limit: 1 }, ['b']],
    [{ serviceName: 'gateway' }, ['b', 'a']],
    [{ serviceName: 'statistics' }, ['a']],
    [{ serviceName: 'nobody' }, []],
    [{ spanName: 'select' }, ['a']],
    [{ serviceName: 'gateway', spanName: 'select' }, []],
    [{ remoteServiceName: 'postgresql' }, ['a']],
    [{ annotationQuery: 'http.method=GET' }, ['a']],
    [{ annotationQuery: 'http.method=POST' }, []],
    [{ annotationQuery: 'error and retry' }, ['b']],
    [{ annotationQuery: 'error and http.method=GET' }, []],
    [{ minDuration: 10_000 }, ['b']],
    [{ minDuration: 1, maxDuration: 1_000 }, ['a']],
    [{ lookback: 25_000 }, ['b']],
    [{ endTs: NOW - 25_000 }, ['a']],
  ])('%j finds %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });
});

describe('names', () => {
  it('are those of the spans, sorted and in lower case', () => {
    const store = createStore();
    expect(serviceNames(store)).toEqual(['gateway', 'statistics']);
    expect(spanNames(store, 'gateway')).toEqual(['get /api', 'get /live']);
    expect(remoteServiceNames(store, 'statistics')).toEqual(['postgresql']);
  });
});

describe(TraceStore.name, () => {
  const span = (traceId: string, id: string, tags: Record<string, string> = {}) => decodeSpans(JSON.stringify([{ traceId, id, tags }]));

  it('finds a trace of 128 bits by its last 64, and the reverse', () => {
    const store = new TraceStore(10_000);
    store.add(span('00000000000000010000000000000abc', '1'));
    store.add(span('0000000000000abc', '2'));
    expect(store.trace('0000000000000abc')).toHaveLength(2);
    expect(store.trace('00000000000000010000000000000abc')).toHaveLength(2);
  });

  it('takes the same span once', () => {
    const store = new TraceStore(10_000);
    store.add([...span('a', '1'), ...span('a', '1')]);
    expect(store.size.spans).toBe(1);
  });

  it('drops the oldest traces when it is full', () => {
    const store = new TraceStore(2_000);
    for (const number of [1, 2, 3, 4, 5]) store.add(span(`${number}`, '1', { text: 'x'.repeat(400) }));
    expect(store.trace('0000000000000001')).toBeUndefined();
    expect(store.trace('0000000000000005')).toHaveLength(1);
    expect(store.size.bytes).toBeLessThanOrEqual(2_000);
  });
});

describe(decodeSpans.name, () => {
  it.each([
    ['{}', 'expected array'],
    ['[{"traceId":"xyz","id":"1"}]', '0.traceId'],
    ['[{"traceId":"1","id":"1"},{"traceId":"1"}]', '1.id'],
    ['[{"traceId":"1","id":"1","kind":"LOUD"}]', '0.kind'],
  ])('refuses %s', (json, message) => {
    expect(() => decodeSpans(json)).toThrow(message);
  });
});
