import { ServiceMeta } from '@app/contracts';
import type { DiscoveryService, Instance } from '@app/discovery';
import { HealthRegistry } from '@app/telemetry';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { createCookies } from '../session/cookies.js';
import { RouteService } from './route.service.js';
import type { VocabularyDependencies } from './vocabulary.js';

function exposed(service: string): Instance {
  return { id: service, service, address: '127.0.0.1', port: 1, meta: { [ServiceMeta.GatewayExpose]: 'true' }, weight: 1 };
}

function setup(names: string[]) {
  const services = [...names];
  let tellInstances: (service: string, instances: readonly Instance[]) => void = () => undefined;
  let tellServices: (services: readonly string[]) => void = () => undefined;
  const discovery = {
    services: () => services,
    instances: (service: string) => (service === 'down' ? [] : [exposed(service)]),
    onChange: (listener: typeof tellInstances) => {
      tellInstances = listener;
      return () => undefined;
    },
    onServicesChange: (listener: typeof tellServices) => {
      tellServices = listener;
      return () => undefined;
    },
  } as unknown as DiscoveryService;
  const routes = { routes: [], defaultFilters: [], catalogue: { enabled: true, hiddenPaths: [] }, identityHeaders: [] };
  const timeouts = { connect: 1, response: 1, body: 1, client: 1 };
  const config = {
    value: { ...routes, timeouts },
    onChange: () => () => undefined,
    addRule: () => () => undefined,
  } as unknown as LiveGatewayConfig;
  const publicUrl = 'http://localhost:8080';
  const dependencies = { publicUrl, cookies: createCookies(publicUrl) } as unknown as VocabularyDependencies;
  const health = new HealthRegistry();
  const sut = new RouteService(config, dependencies, discovery, health);
  sut.onModuleInit();
  const add = (service: string) => {
    services.push(service);
    tellServices([...services]);
  };
  const check = async () => (await health.report()).checks.routes;
  const hear = (service: string) => {
    tellInstances(service, [exposed(service)]);
  };
  return { sut, add, hear, check, ids: () => sut.table.routes.map(({ id }) => id) };
}

describe(RouteService.name, () => {
  it('routes to the services that ask to be exposed', async () => {
    const { ids, check } = setup(['system', 'dynamic']);
    expect(ids()).toEqual(['catalogue:dynamic', 'catalogue:system']);
    expect(await check()).toEqual({ status: 'up' });
  });

  it("does not know that a path under /api is nobody's before the registry has told all services and their instances", () => {
    const { sut, add, hear } = setup([]);
    const mayCome = (path: string) => sut.mayStillCome({ words: path.split('/').slice(1) });
    expect([mayCome('/api/system/stations'), mayCome('/live')]).toEqual([true, false]);
    hear('early');
    add('system');
    expect(mayCome('/api/system/stations')).toBe(true);
    hear('system');
    expect(mayCome('/api/never/x')).toBe(false);
    add('later');
    expect(mayCome('/api/never/x')).toBe(false);
  });

  it('does not know that a path is nobody’s while the registry has a service of that name without a healthy instance', () => {
    const { sut, add, hear } = setup(['system', 'down']);
    const mayCome = (path: string) => sut.mayStillCome({ words: path.split('/').slice(1) });
    hear('system');
    expect([mayCome('/api/down/x'), mayCome('/down/x')]).toEqual([true, false]);
    hear('down');
    add('last');
    hear('last');
    expect(sut.table.routes.map(({ id }) => id)).toEqual(['catalogue:down', 'catalogue:last', 'catalogue:system']);
    expect(mayCome('/api/down/x')).toBe(false);
  });

  it('passes over a service whose name no route can have, says so, and goes on with all others', async () => {
    const { ids, add, check } = setup(['my_service', 'system']);
    expect(ids()).toEqual(['catalogue:system']);
    add('statistics');
    expect(ids()).toEqual(['catalogue:statistics', 'catalogue:system']);
    expect(await check()).toEqual({
      status: 'degraded',
      detail: 'services without a route: my_service: "my_service" is not the name of a service',
    });
  });
});
