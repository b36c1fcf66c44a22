import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from '@app/testing';
import { ADMINISTRATOR, SOME_TEXT, startSystem, type SystemUnderTest } from './support.js';

const ADMIN = '00000000-0000-4000-8000-000000000001';
const HANGZHOU = '00000000-0000-4000-8000-000000000003';

const SEED = {
  users: [
    { id: ADMIN, username: 'admin', displayName: '管理员', roles: ['administrator'], area: null },
    { id: '00000000-0000-4000-8000-000000000002', username: 'officer', displayName: 'Officer', roles: ['province-officer'], area: '33' },
    { id: HANGZHOU, username: 'hangzhou', displayName: 'Hangzhou officer', roles: ['city-officer'], area: '3301' },
  ],
};

const AUTH = { kind: 'client' as const, client_id: 'auth', sub: 'auth', permissions: ['system:principals:read'] };

describe('people and roles of system', () => {
  let system: SystemUnderTest;
  let folder: string;
  let seedFile: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'system-seed-'));
    seedFile = join(folder, 'system.json');
    await writeFile(seedFile, JSON.stringify(SEED));
    system = await startSystem({ SYSTEM_SEED_FILE: seedFile });
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  });

  it('comes with the people of the seed file and lists them by name, in pages', async () => {
    const { body } = await system.get('/users');
    expect(body.total).toBe(3);
    expect(body.items.map(({ username }) => username)).toEqual(['admin', 'hangzhou', 'officer']);
    expect(body.items[1]).toEqual({
      id: HANGZHOU,
      username: 'hangzhou',
      displayName: 'Hangzhou officer',
      area: '3301',
      enabled: true,
      roles: ['city-officer'],
      createdAt: SOME_TEXT,
      updatedAt: SOME_TEXT,
    });
    await expect(system.get('/users?limit=1&offset=2')).resolves.toMatchObject({ body: { total: 3, items: [{ username: 'officer' }] } });
    await expect(system.get('/users?search=OFFI&role=city-officer')).resolves.toMatchObject({
      body: { total: 1, items: [{ username: 'hangzhou' }] },
    });
    await expect(system.get('/users?search=_')).resolves.toMatchObject({ body: { total: 0 } });
  });

  it('comes with roles and what they permit', async () => {
    const { body } = await system.get('/roles');
    const codes = body.items.map(({ code }) => code);
    expect(codes).toEqual(['administrator', 'city-officer', 'county-officer', 'duty-viewer', 'province-officer']);
    expect(body.items[1]).toEqual({
      code: 'city-officer',
      names: { 'zh-CN': '市级执法人员', en: 'City officer' },
      builtIn: true,
      permissions: ['dynamic:counters:read', 'dynamic:events:read', 'statistics:reports:read', 'system:areas:read', 'system:stations:read'],
    });
    for (const { permissions } of body.items) expect(permissions).not.toContain('system:principals:read');
  });

  it('tells auth, and only auth, who a person is', async () => {
    const expected = {
      id: HANGZHOU,
      username: 'hangzhou',
      displayName: 'Hangzhou officer',
      enabled: true,
      roles: ['city-officer'],
      area: '3301',
    };
    const byId = await system.get(`/principals/${HANGZHOU}`, AUTH);
    expect(byId.body).toMatchObject(expected);
    expect(byId.body.permissions).toHaveLength(5);
    await expect(system.get('/principals/00000000-0000-4000-8000-00000000000f', AUTH)).resolves.toMatchObject({
      status: 404,
      body: { code: 'SYSTEM_USER_NOT_FOUND' },
    });
    await expect(system.get(`/principals/${HANGZHOU}`, { ...AUTH, client_id: 'reports' })).resolves.toMatchObject({ status: 403 });
    await expect(system.get(`/principals/${HANGZHOU}`, { ...AUTH, kind: 'user' })).resolves.toMatchObject({ status: 403 });
    await expect(system.get('/principals/7', AUTH)).resolves.toMatchObject({
      status: 400,
      body: { errors: [{ field: 'id', reason: 'must be a UUID' }] },
    });
  });

  it('makes a person, gives them other roles and disables them', async () => {
    const made = await system.send('POST', '/users', { username: 'ningbo', displayName: '宁波', area: '3302', roles: ['city-officer'] });
    expect(made).toMatchObject({ status: 201, body: { username: 'ningbo', area: '3302', enabled: true, roles: ['city-officer'] } });
    const { id } = made.body;
    const changed = await system.send('PATCH', `/users/${id}`, { roles: ['duty-viewer'], enabled: false });
    expect(changed).toMatchObject({ status: 200, body: { displayName: '宁波', enabled: false, roles: ['duty-viewer'] } });
    await expect(system.get(`/principals/${id}`, AUTH)).resolves.toMatchObject({ body: { enabled: false, roles: ['duty-viewer'] } });
    await expect(system.get('/users?enabled=false')).resolves.toMatchObject({ body: { total: 1 } });
  });

  it.each([
    [{ username: 'Big', displayName: 'x' }, 'username', SOME_TEXT],
    [{ username: 'ok' }, 'displayName', SOME_TEXT],
    [{ username: 'ok', displayName: 'x', area: '9999' }, 'area', 'is not a known division'],
    [{ username: 'ok', displayName: 'x', roles: ['city-officer', 'king'] }, 'roles.1', 'is not a known role'],
    [{ username: 'ok', displayName: 'x', password: 'secret' }, 'password', 'is not a known field'],
  ])('refuses the person %j with the field and the rule', async (body, field, reason) => {
    const answer = await system.send('POST', '/users', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID', errors: [{ field, reason }] } });
  });

  it('refuses a second person of the same name', async () => {
    const answer = await system.send('POST', '/users', { username: 'officer', displayName: 'Another' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'SYSTEM_USERNAME_TAKEN' } });
  });

  it('lets nobody give or take more than they have, reach beyond their area or shut themselves out', async () => {
    const cityAdministrator = { ...ADMINISTRATOR, sub: HANGZHOU, area: '3301' };
    const weak = { ...cityAdministrator, permissions: ['system:users:write'] };
    const person = { username: 'someone', displayName: 'x' };
    const refusals = await Promise.all([
      system.send('POST', '/users', { ...person, area: '3302' }, cityAdministrator),
      system.send('POST', '/users', person, cityAdministrator),
      system.send('POST', '/users', { ...person, area: '3301', roles: ['city-officer'] }, weak),
      system.send('PATCH', `/users/${HANGZHOU}`, { roles: [] }, { ...weak, sub: ADMIN }),
    ]);
    expect(refusals.map(({ status, body }) => [status, body.code])).toEqual(Array(4).fill([403, 'SYSTEM_GRANT_EXCEEDED']));
    await expect(system.send('PATCH', `/users/${ADMIN}`, { enabled: false }, cityAdministrator)).resolves.toMatchObject({ status: 404 });
    await expect(system.send('PATCH', `/users/${ADMIN}`, { enabled: false })).resolves.toMatchObject({
      status: 409,
      body: { code: 'SYSTEM_OWN_ACCOUNT' },
    });
    const seen = await system.get('/users', { ...cityAdministrator });
    for (const { area } of seen.body.items) expect(area).toMatch(/^3301/);
  });

  it('lets nobody disable, enable or move someone who may do more than they', async () => {
    const weak = { ...ADMINISTRATOR, sub: '00000000-0000-4000-8000-000000000004', permissions: ['system:users:write'] };
    for (const changes of [{ enabled: false }, { enabled: true }, { area: '33' }, { area: null }]) {
      await expect(system.send('PATCH', `/users/${ADMIN}`, changes, weak)).resolves.toMatchObject({
        status: 403,
        body: { code: 'SYSTEM_GRANT_EXCEEDED', errors: [{ field: 'roles' }] },
      });
    }
    await expect(system.send('PATCH', `/users/${ADMIN}`, { displayName: 'Administrator' }, weak)).resolves.toMatchObject({ status: 200 });
    await expect(system.get(`/principals/${ADMIN}`, AUTH)).resolves.toMatchObject({ body: { enabled: true, area: null } });
  });

  it('changes nothing when it starts again with another seed', async () => {
    await system.send('PATCH', `/users/${HANGZHOU}`, { displayName: 'Renamed' });
    await writeFile(
      seedFile,
      JSON.stringify({ users: [...SEED.users, { ...SEED.users[0], id: '00000000-0000-4000-8000-000000000009', username: 'new-one' }] }),
    );
    await system.service.stop();
    system.service = await startService('system', {
      DATABASE_URL: system.database.url,
      ...system.issuer.env,
      SYSTEM_SEED_FILE: seedFile,
    });
    const rows = await system.database.query(
      "SELECT username, display_name AS name FROM \"user\" WHERE username IN ('hangzhou', 'new-one') ORDER BY 1",
    );
    expect(rows).toEqual([
      { username: 'hangzhou', name: 'Renamed' },
      { username: 'new-one', name: '管理员' },
    ]);
  });

  it('does not start when a seeded username belongs to someone else, and names file and username', async () => {
    const conflict = join(folder, 'conflict.json');
    await writeFile(conflict, JSON.stringify({ users: [{ ...SEED.users[1], id: '00000000-0000-4000-8000-00000000000a' }] }));
    const start = startService('system', { DATABASE_URL: system.database.url, ...system.issuer.env, SYSTEM_SEED_FILE: conflict });
    await expect(start).rejects.toThrow(/conflict\.json: users\.0\.username officer is taken/);
  });

  it('does not start with a bad seed file, and says which field breaks which rule', async () => {
    const bad = join(folder, 'bad.json');
    await writeFile(bad, JSON.stringify({ users: [{ ...SEED.users[0], username: 'Admin Istrator' }] }));
    const start = startService('system', { DATABASE_URL: system.database.url, ...system.issuer.env, SYSTEM_SEED_FILE: bad });
    await expect(start).rejects.toThrow(/bad\.json: users\.0\.username must be 2 to 32 lower-case letters/);
  });
});
