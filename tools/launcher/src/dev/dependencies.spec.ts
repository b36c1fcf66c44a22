import { CHECKOUT } from '../checkout.ts';
import { affectedApps, readDependencies } from './dependencies.ts';

const dependencies = new Map([
  ['libs/contracts', []],
  ['libs/config', ['libs/contracts']],
  ['libs/streaming', ['libs/config']],
  ['apps/system', ['libs/config']],
  ['apps/dynamic', ['libs/streaming']],
]);

describe(affectedApps.name, () => {
  it.each([
    ['apps/system/src/main.ts', ['system']],
    ['libs/streaming/src/index.ts', ['dynamic']],
    ['libs/contracts/src/index.ts', ['dynamic', 'system']],
  ])('%s makes %j run other code', (file, apps) => {
    expect(affectedApps([file], dependencies).sort()).toEqual(apps);
  });
});

describe(readDependencies.name, () => {
  it('knows what every service imports', async () => {
    const found = await readDependencies(CHECKOUT);
    expect(found.get('apps/statistics')).toContain('libs/persistence');
    expect(found.get('libs/config')).toContain('libs/contracts');
  });
});
