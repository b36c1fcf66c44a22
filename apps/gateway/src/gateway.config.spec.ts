import { fieldsOf } from '@app/config';
import { gatewayConfig } from './gateway.config.js';

describe('gatewayConfig', () => {
  it('says which keys are followed while it runs; only a start reads the others', () => {
    const live = fieldsOf(gatewayConfig).filter(({ restart }) => !restart);
    expect(live.map(({ key }) => key)).toEqual([
      'gateway.trustedProxies',
      'gateway.routes',
      'gateway.defaultFilters',
      'gateway.catalogue.enabled',
      'gateway.catalogue.hiddenPaths',
      'gateway.identityHeaders',
      'gateway.timeouts.connect',
      'gateway.timeouts.response',
      'gateway.timeouts.body',
      'gateway.timeouts.client',
      'gateway.limits.body',
      'gateway.limits.target',
      'gateway.limits.inFlight',
      'gateway.identity.cacheSeconds',
      'gateway.session.idleSeconds',
      'gateway.session.absoluteSeconds',
      'gateway.accessLog.sampleRate',
    ]);
  });
});
