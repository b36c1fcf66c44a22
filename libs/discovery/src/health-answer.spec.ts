import { readHealthAnswer } from './health-answer.js';

const entry = (service: object = {}, statuses: string[] = ['passing']) => ({
  Node: { Node: 'north', Address: '10.9.9.9' },
  Service: {
    ID: 'a',
    Service: 'system',
    Address: '10.0.0.1',
    Port: 80,
    Meta: {},
    Weights: { Passing: 3, Warning: 2 },
    CreateIndex: 7,
    ...service,
  },
  Checks: statuses.map((Status) => ({ Status })),
});
const read = (...entries: unknown[]) => readHealthAnswer(entries)[0];

describe(readHealthAnswer.name, () => {
  it("takes the node's address for an instance that has none", () => {
    expect(read(entry({ Address: '' }))?.instance).toMatchObject({ address: '10.9.9.9', port: 80 });
  });

  it.each([
    [['passing', 'passing'], true, 3],
    [['passing', 'warning'], true, 2],
    [[], true, 3],
    [['warning', 'critical'], false, 2],
    [['passing', 'something new'], false, 3],
  ])('checks %j: takes requests: %s, weight %i', (statuses, takesRequests, weight) => {
    expect(read(entry({}, statuses))).toMatchObject({ takesRequests, instance: { weight } });
  });

  it.each([
    ['5', 5],
    ['0', 0],
    ['0.5', 0.5],
    ['99999', 65_535],
    ['-1', 3],
    ['many', 3],
    ['', 3],
  ])('metadata weight "%s" is %d', (weight, expected) => {
    expect(read(entry({ Meta: { weight } }))?.instance.weight).toBe(expected);
  });

  it.each([
    [-5, 0],
    [70_000, 65_535],
    [1e308, 65_535],
  ])('weight %d of the registry counts as %d', (Passing, expected) => {
    expect(read(entry({ Weights: { Passing, Warning: 1 } }))?.instance.weight).toBe(expected);
  });

  it('takes ten thousand instances of a service, and refuses one more', () => {
    const entries = Array.from({ length: 10_000 }, () => entry());
    expect(readHealthAnswer(entries)).toHaveLength(10_000);
    expect(() => readHealthAnswer([...entries, entry()])).toThrow('The registry names more than 10000 instances (10001)');
  });

  it.each([
    ['a port that there is not', { Port: 70_000 }],
    ['a port below zero', { Port: -1 }],
    ['half a port', { Port: 80.5 }],
    ['blanks in its address', { Address: 'a b' }],
    ['a path in its address', { Address: 'a/b?' }],
    ['somebody else in its address', { Address: 'me@there' }],
  ])('an instance with %s takes no requests, and hinders no other', (_, service) => {
    const [odd, good] = readHealthAnswer([entry(service), entry()]);
    expect([odd?.takesRequests, good?.takesRequests]).toEqual([false, true]);
  });

  it.each(['::1', '10.0.0.1', 'host.example'])('an instance at %s takes requests', (address) => {
    expect(read(entry({ Address: address }))?.takesRequests).toBe(true);
  });

  it('tells instances of the same ID on two nodes apart', () => {
    const other = { ...entry({ Address: '10.0.0.2' }), Node: { Node: 'south', Address: '10.9.9.8' } };
    expect(readHealthAnswer([entry(), other]).map(({ instance }) => instance.id)).toEqual(['north/a', 'south/a']);
  });

  it('understands an answer without what is optional', () => {
    expect(read(entry({ Meta: null, Weights: null }))?.instance).toMatchObject({ meta: {}, weight: 1 });
  });

  it.each([
    ['a page of a proxy', '<html>'],
    ['an object', {}],
    ['nothing', undefined],
    ['null', null],
    ['a list of nothing', [null]],
    ['an instance without a port', [entry({ Port: undefined })]],
    ['an instance without an id', [entry({ ID: '' })]],
    ['one good and one bad instance', [entry(), entry({ Address: 7 })]],
  ])('refuses %s', (_, answer) => {
    expect(() => readHealthAnswer(answer)).toThrow();
  });
});
