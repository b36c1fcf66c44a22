import { SERVICE_NAMES } from '@app/contracts';
import { STOP_ORDER } from '../supervise/part.ts';
import { commonEnvironment } from './environment.ts';
import { examplePlatform } from './example-platform.ts';
import { settingsOf } from './platform.ts';
import { portsAt } from './ports.ts';
import { describeParts, describePorts, describeServices } from './topology.ts';

const names = (platform = examplePlatform()) => describeParts(platform).map(({ name }) => name);
const environmentOf = (name: (typeof SERVICE_NAMES)[number], platform = examplePlatform()) => ({
  ...commonEnvironment(platform, name),
  ...describeServices(platform)[name].environment,
});

describe(describeParts.name, () => {
  it('has both stores, every service and the feed', () => {
    expect(names()).toEqual(expect.arrayContaining(['postgres', 'redis', 'feed', ...SERVICE_NAMES]));
    expect(names()).toHaveLength(SERVICE_NAMES.length + 3);
  });

  it('leaves out the feed, and stores that others run', () => {
    const external = { ...examplePlatform().external, database: 'postgres://a@db/x', redis: 'redis://r' };
    const parts = describeParts(examplePlatform({ feed: false, external }));
    expect(parts.map(({ name }) => name).sort()).toEqual([...SERVICE_NAMES].sort());
    expect(parts.flatMap(({ needs }) => needs)).toEqual([]);
  });

  it('needs only parts that come before, so that a start cannot wait for itself', () => {
    const parts = describeParts(examplePlatform());
    parts.forEach(({ needs }, index) => {
      expect(names().slice(0, index)).toEqual(expect.arrayContaining([...needs]));
    });
  });

  it('stops the feed first, then the gateway, the services, the registry and the stores', () => {
    const tiers = Object.fromEntries(describeParts(examplePlatform()).map(({ name, tier }) => [name, STOP_ORDER.indexOf(tier)]));
    const order = ['feed', 'gateway', 'statistics', 'registry', 'postgres'].map((name) => tiers[name]);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the environment of a service', () => {
  it.each(['auth', 'system', 'statistics'] as const)('gives %s its own database role and nobody else’s password', (name) => {
    const environment = environmentOf(name);
    expect(environment.DATABASE_URL).toBe(`postgres://${name}:${name}-password@127.0.0.1:15432/causeway`);
    const others = ['auth', 'system', 'statistics'].filter((other) => other !== name).map((other) => `${other}-password`);
    for (const secret of [...others, 'superuser-password', 'station-secret']) expect(JSON.stringify(environment)).not.toContain(secret);
  });

  it.each(['gateway', 'dynamic', 'registry'] as const)('gives %s no way into the database', (name) => {
    expect(environmentOf(name)).not.toHaveProperty('DATABASE_URL');
  });

  it('hands on only what was chosen: the system’s, a few for all, and what carries the service’s own name', () => {
    const environment = {
      PATH: '/bin',
      AWS_SECRET: 'x',
      NODE_OPTIONS: '--inspect',
      LOG_LEVEL: 'debug',
      STATISTICS_BATCH: '9',
      SERVICE_PORT: '1',
    };
    const platform = examplePlatform({ environment });
    expect(environmentOf('statistics', platform)).toMatchObject({
      PATH: '/bin',
      LOG_LEVEL: 'debug',
      STATISTICS_BATCH: '9',
      SERVICE_PORT: '9300',
    });
    expect(environmentOf('auth', platform)).not.toHaveProperty('STATISTICS_BATCH');
    expect(environmentOf('auth', platform)).not.toHaveProperty('AWS_SECRET');
    expect(environmentOf('auth', platform)).not.toHaveProperty('NODE_OPTIONS');
  });

  it('lets only the gateway listen on the outside host', () => {
    const platform = examplePlatform({ outsideHost: '0.0.0.0' });
    expect(SERVICE_NAMES.filter((name) => environmentOf(name, platform).SERVICE_HOST === '0.0.0.0')).toEqual(['gateway']);
  });

  it('puts an administrator’s server in place of ours, each service with its own role', () => {
    const external = { ...examplePlatform().external, database: 'postgres://root:pw@db:5432/weigh?sslmode=require', consul: 'consul:8500' };
    const platform = examplePlatform({ external });
    expect(environmentOf('system', platform).DATABASE_URL).toBe('postgres://system:system-password@db:5432/weigh?sslmode=require');
    expect(environmentOf('registry', platform)).toMatchObject({ REGISTRY_CONSUL: 'external', REGISTRY_ZIPKIN: 'embedded' });
    expect(environmentOf('system', platform).CONSUL_HTTP_ADDR).toBe('consul:8500');
  });
});

describe(describePorts.name, () => {
  it('checks every port of a whole platform', () => {
    const checked = describePorts(examplePlatform()).map(({ port }) => port);
    expect(checked.sort()).toEqual(Object.values(portsAt(0)).sort());
  });

  it('does not check the ports of servers that others run', () => {
    const external = { ...examplePlatform().external, redis: 'redis://r', zipkin: 'http://z' };
    const checked = describePorts(examplePlatform({ external })).map(({ port }) => port);
    expect(checked).not.toContain(portsAt(0).redis);
    expect(checked).not.toContain(portsAt(0).zipkin);
  });
});

describe(settingsOf.name, () => {
  it('tells where everything answers, with the offset', () => {
    const settings = settingsOf(examplePlatform({ portOffset: 100, ports: portsAt(100), address: 'http://localhost:8180' }));
    expect(settings).toMatchObject({
      address: 'http://localhost:8180',
      issuer: 'http://localhost:8180',
      services: {
        consul: 'http://127.0.0.1:8600',
        zipkin: 'http://127.0.0.1:9511',
        registry: 'http://127.0.0.1:9600',
        gateway: 'http://127.0.0.1:8181',
      },
      database: 'postgres://postgres:superuser-password@127.0.0.1:15532/causeway',
      redis: 'redis://default:redis-password@127.0.0.1:16479',
    });
  });
});
