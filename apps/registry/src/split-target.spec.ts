import { splitTarget } from './split-target.js';

describe(splitTarget.name, () => {
  it('keeps a query whole that has question marks of its own', () => {
    expect(splitTarget('/api/v2/traces?annotationQuery=http.path%3D/a?b=1')).toEqual([
      '/api/v2/traces',
      'annotationQuery=http.path%3D/a?b=1',
    ]);
    expect([splitTarget('/health'), splitTarget('/?')]).toEqual([
      ['/health', ''],
      ['/', ''],
    ]);
  });
});
