import type { Instance } from '@app/discovery';
import { catalogueRoute } from './catalogue-routes.js';
import { ExposedServices } from './exposed-services.js';

describe(catalogueRoute.name, () => {
  it('routes /api/<service> to the service, with its own audience and without its management paths', () => {
    const { uri, predicates, filters } = catalogueRoute('system', ['/principals/**']);
    expect(uri).toBe('lb://system');
    expect(predicates).toEqual([expect.objectContaining({ name: 'Path', args: ['/api/system/**'] })]);
    expect(filters.find(({ name }) => name === 'TokenExchange')?.args).toEqual(['system']);
    expect(filters.find(({ name }) => name === 'HidePaths')?.args).toEqual([
      '/api/system/health/**',
      '/api/system/metrics/**',
      '/api/system/openapi.json',
      '/api/system/principals/**',
    ]);
  });
});

describe(ExposedServices.name, () => {
  const instance = (meta: Record<string, string>): Instance => ({ id: 'a', service: 's', address: 'h', port: 1, meta, weight: 1 });
  const exposed = [instance({ 'gateway-expose': 'true' })];

  it('knows only services that ask for it', () => {
    const services = new ExposedServices();
    expect(services.note('a', exposed)).toBe(true);
    expect(services.note('b', [instance({})])).toBe(false);
    expect(services.note('c', [instance({ 'gateway-expose': 'yes' })])).toBe(false);
    expect(services.names).toEqual(['a']);
  });

  it('remembers a service that has no instance for the moment, and forgets one that asks no more', () => {
    const services = new ExposedServices();
    services.note('a', exposed);
    expect(services.note('a', [])).toBe(false);
    expect(services.names).toEqual(['a']);
    expect(services.note('a', [instance({})])).toBe(true);
    expect(services.names).toEqual([]);
  });
});
