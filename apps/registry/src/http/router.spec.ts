import type { ConsulError } from './consul-error.js';
import { handlerOf, type Route, Router } from './router.js';

const answer = () => ({});
const routes: Route[] = [
  { path: '/v1/kv/', methods: { GET: answer, DELETE: answer } },
  { path: '/v1/agent/service/', methods: { GET: answer } },
  { path: '/v1/agent/service/register', methods: { PUT: answer } },
  { path: '/v1/agent/service/maintenance/', methods: { PUT: answer } },
];

/** What is thrown. */
function thrownBy(work: () => unknown): Partial<ConsulError> {
  try {
    work();
  } catch (error) {
    return error as ConsulError;
  }
  return {};
}

describe(Router.name, () => {
  const sut = new Router(routes);

  it.each([
    ['/v1/kv/', '/v1/kv/', ''],
    ['/v1/kv/a/b/c/d/e/f/g/', '/v1/kv/', 'a/b/c/d/e/f/g/'],
    ['/v1/agent/service/register', '/v1/agent/service/register', ''],
    ['/v1/agent/service/register/', '/v1/agent/service/', 'register/'],
    ['/v1/agent/service/maintenance/a/b', '/v1/agent/service/maintenance/', 'a/b'],
    ['/v1/agent/service/x', '/v1/agent/service/', 'x'],
  ])('%s', (path, route, rest) => {
    expect(sut.find(path)).toEqual({ route: expect.objectContaining({ path: route }) as Route, rest });
  });

  it('sends on to the path with a slash, with the query', () => {
    expect(thrownBy(() => sut.find('/v1/kv', 'recurse'))).toMatchObject({ status: 307, headers: { Location: '/v1/kv/?recurse' } });
  });

  it.each(['/v1/none', '/v1/kvx/a', '/v1/', '/', 'kv/'])('%s is not found', (path) => {
    expect(thrownBy(() => sut.find(path))).toMatchObject({ status: 404 });
  });
});

describe(handlerOf.name, () => {
  const route: Route = { path: '/v1/kv/', methods: { GET: answer, DELETE: answer } };

  it('says what is allowed, also where something else was tried', async () => {
    expect(await handlerOf(route, 'OPTIONS')({} as never)).toEqual({ headers: { Allow: 'OPTIONS,GET,DELETE' } });
    for (const method of ['PUT', 'HEAD', 'constructor']) {
      expect(thrownBy(() => handlerOf(route, method))).toMatchObject({ status: 405, headers: { Allow: 'OPTIONS,GET,DELETE' } });
    }
  });
});
