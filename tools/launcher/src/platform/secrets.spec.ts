import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_USERS, SEEDED_CLIENTS } from './accounts.ts';
import { type DataFolder, dataFolderAt } from './data-folder.ts';
import { completeSecrets, openSecrets, readablePassword, readSecrets } from './secrets.ts';
import { authSeed, systemSeed } from './seeds.ts';

describe(openSecrets.name, () => {
  let folder: DataFolder;

  beforeEach(async () => {
    folder = dataFolderAt(await mkdtemp(join(tmpdir(), 'secrets-')));
  });

  afterEach(() => rm(folder.root, { recursive: true }));

  it('makes secrets once, in a file that only the owner can read', async () => {
    const made = await openSecrets(folder);
    expect(await openSecrets(folder)).toEqual(made);
    expect((await stat(folder.secrets)).mode & 0o777).toBe(0o600);
  });

  it('closes a file that was opened to others', async () => {
    await openSecrets(folder);
    await chmod(folder.secrets, 0o644);
    await openSecrets(folder);
    expect((await stat(folder.secrets)).mode & 0o777).toBe(0o600);
  });

  it('makes other secrets for another folder', async () => {
    const texts = (value: unknown): string[] => (typeof value === 'string' ? [value] : Object.values(value as object).flatMap(texts));
    const all = [...texts(await openSecrets(folder)), ...texts(completeSecrets({}))];
    expect(new Set(all).size).toBe(all.length);
  });

  it('adds what a newer version needs, and keeps the rest', async () => {
    const { gatewaySession, ...older } = await openSecrets(folder);
    await writeFile(folder.secrets, JSON.stringify(older));
    const newer = await openSecrets(folder);
    expect(newer).toMatchObject(older);
    expect(newer.gatewaySession).not.toBe(gatewaySession);
    expect(await openSecrets(folder)).toEqual(newer);
    expect(await readSecrets(folder)).toEqual(newer);
  });

  it.each([
    '',
    '{',
    '7',
    '{"redis": 7}',
    '{"redis": ""}',
    '{"clients": {"gateway": null}}',
    '[]',
    '{"postgresRoles": "abc"}',
    '{"users": {"admin": {}}}',
  ])('names a damaged file (%j)', async (text) => {
    await writeFile(folder.secrets, text);
    await expect(openSecrets(folder)).rejects.toThrow(`${folder.secrets} is damaged`);
  });

  it('stores the secrets that it has made for a file that holds none', async () => {
    await writeFile(folder.secrets, '{}');
    const made = await openSecrets(folder);
    expect(await openSecrets(folder)).toEqual(made);
  });

  it('makes none for those who only read', async () => {
    await writeFile(folder.secrets, '{}');
    await expect(readSecrets(folder)).rejects.toThrow('lacks secrets of this version: npm start makes them.');
  });

  it.each(['postgresSuperuser', 'authEncryptionKey'] as const)('does not make a new %s for an old database', async (name) => {
    await writeFile(folder.secrets, JSON.stringify({ ...(await openSecrets(folder)), [name]: undefined }));
    await mkdir(join(folder.postgres, 'base'), { recursive: true });
    await expect(openSecrets(folder)).rejects.toThrow(`${folder.secrets} lacks ${name}, and without it the database in ${folder.postgres}`);
  });

  it('does not make new secrets for an old database', async () => {
    await mkdir(join(folder.postgres, 'base'), { recursive: true });
    await expect(openSecrets(folder)).rejects.toThrow(`${folder.secrets} is missing, and without it the database in ${folder.postgres}`);
    await expect(readSecrets(folder)).resolves.toBeUndefined();
  });
});

describe('a made secret', () => {
  it('is an encryption key of 32 bytes in base64url', () => {
    expect(Buffer.from(completeSecrets({}).authEncryptionKey, 'base64url')).toHaveLength(32);
  });

  it('is, for people, a password that can be read out', () => {
    expect(readablePassword()).toMatch(/^([a-z]{4}-){4}\d\d$/);
  });
});

describe('the seeds', () => {
  const secrets = completeSecrets({});

  it('give auth and system the same people, and passwords to auth alone', () => {
    const auth = authSeed(secrets, 'http://localhost:8080');
    const system = systemSeed(secrets);
    expect(auth.credentials.map(({ userId }) => userId)).toEqual(system.users.map(({ id }) => id));
    expect(auth.credentials.every(({ password }) => typeof password === 'string')).toBe(true);
    expect(JSON.stringify(system)).not.toContain('password');
    expect(system.users.map(({ username }) => username)).toEqual(DEMO_USERS.map(({ username }) => username));
  });

  it('send sign-ins back to the address that people use', () => {
    const { clients } = authSeed(secrets, 'https://weigh.example');
    expect(clients.find(({ clientId }) => clientId === 'gateway')?.redirectUris).toEqual(['https://weigh.example/login/callback']);
    expect(clients).toHaveLength(SEEDED_CLIENTS.length);
  });
});
