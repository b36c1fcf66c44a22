import { ADMINISTRATOR, ask, startSystem, type SystemUnderTest } from './support.js';

describe('tokens that system refuses', () => {
  let system: SystemUnderTest;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const claims = { aud: 'system', ...ADMINISTRATOR };
  const bad: [string, () => Promise<Record<string, string>>][] = [
    ['no token', () => Promise.resolve({})],
    ['no JWT', () => Promise.resolve({ authorization: 'Bearer nonsense' })],
    ['another scheme', () => Promise.resolve({ authorization: 'Basic YTpi' })],
    ['a token that has ended', () => system.issuer.bearer(claims, { expiresInSeconds: -60 })],
    ['a token for another service', () => system.issuer.bearer({ ...claims, aud: 'statistics' })],
    ["a token of another issuer's name", () => system.issuer.bearer({ ...claims, iss: 'http://localhost:1' })],
    ['a token signed with another key', () => system.issuer.bearer(claims, { withForeignKey: true })],
    ['a token of another type', () => system.issuer.bearer(claims, { typ: 'at+jwt' })],
  ];

  it.each(bad)('answers %s with 401', async (_, headers) => {
    const answer = await ask(system.service, '/stations', { headers: await headers() });
    expect(answer).toMatchObject({ status: 401, body: { status: 401, code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it.each([
    ['GET', '/stations', 'system:stations:read'],
    ['GET', '/areas', 'system:areas:read'],
    ['GET', '/roles', 'system:roles:read'],
    ['GET', '/users', 'system:users:read'],
    ['POST', '/users', 'system:users:write'],
    ['PATCH', '/users/00000000-0000-4000-8000-000000000001', 'system:users:write'],
    ['GET', '/principals/00000000-0000-4000-8000-000000000001', 'system:principals:read'],
    ['GET', '/principals/00000000-0000-4000-8000-000000000001', 'system:principals:read'],
  ])('answers %s %s with 403 without %s', async (method, path, permission) => {
    const all = [...(ADMINISTRATOR.permissions ?? []), 'system:principals:read'];
    const permissions = all.filter((one) => one !== permission);
    const body = method === 'GET' ? undefined : {};
    const answer = await system.send(method, path, body, { client_id: 'auth', permissions });
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('describes its paths in OpenAPI, without a token', async () => {
    const response = await fetch(`${system.service.url}/openapi.json`);
    const { paths } = (await response.json()) as OpenApi;
    expect(Object.keys(paths).sort()).toEqual(['/areas', '/principals/{id}', '/roles', '/stations', '/users', '/users/{id}']);
    const parameters = paths['/stations']?.get?.parameters.map(({ name }) => name);
    expect(parameters?.sort()).toEqual(['area', 'limit', 'offset', 'search', 'type']);
    expect(paths['/users']?.post?.requestBody.content['application/json'].schema.required).toEqual(['username', 'displayName']);
  });
});

interface OpenApi {
  paths: Record<
    string,
    {
      get?: { parameters: { name: string }[] };
      post?: { requestBody: { content: { 'application/json': { schema: { required: string[] } } } } };
    }
  >;
}
