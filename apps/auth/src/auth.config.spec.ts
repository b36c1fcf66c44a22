import { fieldsOf } from '@app/config';
import { authConfig } from './auth.config.js';

describe('authConfig', () => {
  it('says which keys are followed while it runs; only a start reads the others', () => {
    const live = fieldsOf(authConfig).filter(({ restart }) => !restart);
    expect(live.map(({ key }) => key)).toEqual([
      'auth.systemUrl',
      'auth.principals.timeoutMs',
      'auth.principals.cacheMs',
      'auth.throttle.perAccountAndAddress',
      'auth.throttle.perAccount',
      'auth.throttle.perAddress',
      'auth.throttle.windowSeconds',
      'auth.limits.windowSeconds',
      'auth.limits.failures',
      'auth.limits.pages',
    ]);
  });
});
