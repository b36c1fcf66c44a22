import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSeedFile } from './seed-file.js';

const PERSON = {
  id: '00000000-0000-4000-8000-000000000001',
  username: 'admin',
  displayName: '管理员',
  roles: ['administrator'],
  area: null,
};

describe('readSeedFile', () => {
  let folder: string;
  let path: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seed-file-'));
    path = join(folder, 'system.json');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads people; whoever is not said to be disabled is enabled', async () => {
    await writeFile(path, JSON.stringify({ users: [PERSON] }));
    await expect(readSeedFile(path)).resolves.toEqual([{ ...PERSON, enabled: true }]);
  });

  it.each([
    ['{', 'is not JSON'],
    ['{}', 'users'],
    [JSON.stringify({ users: [{ ...PERSON, id: '7' }] }), 'users.0.id must be a UUID'],
    [JSON.stringify({ users: [{ ...PERSON, area: '330' }] }), 'users.0.area must be a division code of 2, 4 or 6 digits'],
    [JSON.stringify({ users: [{ ...PERSON, roles: ['a', 'a'] }] }), 'users.0.roles must not name a role twice'],
  ])('refuses %s and names file, field and rule', async (text, reason) => {
    await writeFile(path, text);
    await expect(readSeedFile(path)).rejects.toThrow(`SYSTEM_SEED_FILE ${path}`);
    await expect(readSeedFile(path)).rejects.toThrow(reason);
  });

  it('names a file that is not there', async () => {
    await expect(readSeedFile(join(folder, 'nothing.json'))).rejects.toThrow(/nothing\.json cannot be read/);
  });
});
