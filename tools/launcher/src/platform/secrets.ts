import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { chmod, readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Failure, systemCode } from '../failure.ts';
import { DEMO_USERS, SEEDED_CLIENTS, SERVICES_WITH_DATABASE } from './accounts.ts';
import type { DataFolder } from './data-folder.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** What a platform's first start makes up and its data folder keeps. Every value is text, by name. */
export interface Secrets {
  postgresSuperuser: string;
  /** Passwords of the services' database roles, by service. */
  postgresRoles: Record<string, string>;
  redis: string;
  /** 32 bytes in base64url. */
  authEncryptionKey: string;
  gatewaySession: string;
  /** Passwords and ids of the demo people, by username. */
  users: Record<string, { id: string; password: string }>;
  /** Secrets of the clients, by client id. */
  clients: Record<string, string>;
}

const CONSONANTS = 'bdfghjkmnprstvz';
const VOWELS = 'aeiou';
const PASSWORD_WORDS = 4;

/** Without them what a data folder holds cannot be opened again: they are never made anew for one that is in use. */
const IRREPLACEABLE = ['postgresSuperuser', 'authEncryptionKey'] as const;

/**
 * The secrets of a data folder; those that are missing (at the first start all) are made and stored.
 *
 * @throws Failure when the file is damaged, or lacks what alone opens the database that is there
 */
export async function openSecrets(folder: DataFolder): Promise<Secrets> {
  const stored = await readStored(folder);
  const lost = stored === undefined ? 'is missing' : lack(IRREPLACEABLE.filter((name) => stored[name] === undefined));
  if (lost !== undefined && (await hasFiles(folder.postgres))) {
    throw new Failure(
      `${folder.secrets} ${lost}, and without it the database in ${folder.postgres} cannot be opened: put the file back from a copy.`,
    );
  }
  const complete = completeSecrets(stored ?? {});
  if (isSame(stored, complete)) await chmod(folder.secrets, 0o600);
  else await writePrivateJson(folder.secrets, complete);
  return complete;
}

/**
 * The secrets as they are stored; undefined before the first start.
 *
 * @throws Failure when the file is damaged, or of an older version that lacks some
 */
export async function readSecrets(folder: DataFolder): Promise<Secrets | undefined> {
  const stored = await readStored(folder);
  if (stored === undefined) return undefined;
  const complete = completeSecrets(stored);
  if (!isSame(stored, complete)) throw new Failure(`${folder.secrets} lacks secrets of this version: npm start makes them.`);
  return complete;
}

async function readStored(folder: DataFolder): Promise<Partial<Secrets> | undefined> {
  const stored = (await readPrivateJson(folder.secrets)) as Partial<Secrets> | undefined;
  for (const [name, value] of Object.entries(stored ?? {})) {
    if (!hasShape(name, value)) throw new Failure(`${folder.secrets} is damaged: ${name} does not hold what it should.`);
  }
  return stored;
}

/** Whether the value of an entry is of the kind that we make; one that this version does not know is let be. */
function hasShape(name: string, value: unknown): boolean {
  const ours: unknown = Object.entries(completeSecrets({})).find(([known]) => known === name)?.[1];
  if (ours === undefined) return true;
  if (typeof value !== typeof ours || Array.isArray(value) || !isTextTree(value)) return false;
  return name !== 'users' || Object.values(value as Secrets['users']).every(({ id, password }) => isTextTree(id) && isTextTree(password));
}

function lack(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `lacks ${names.join(' and ')}`;
}

/** Whether the same is stored, in whatever order. */
function isSame(stored: Partial<Secrets> | undefined, complete: Secrets): boolean {
  return isDeepStrictEqual({ ...stored }, { ...complete });
}

/** Adds what a newer version of the platform needs and an older one did not make. */
export function completeSecrets(stored: Partial<Secrets>): Secrets {
  const clientIds = SEEDED_CLIENTS.map(({ clientId }) => clientId);
  const usernames = DEMO_USERS.map(({ username }) => username);
  return {
    ...stored,
    postgresSuperuser: stored.postgresSuperuser ?? randomSecret(),
    postgresRoles: { ...fill(SERVICES_WITH_DATABASE, randomSecret), ...stored.postgresRoles },
    redis: stored.redis ?? randomSecret(),
    authEncryptionKey: stored.authEncryptionKey ?? randomSecret(),
    gatewaySession: stored.gatewaySession ?? randomSecret(),
    users: { ...fill(usernames, () => ({ id: randomUUID(), password: readablePassword() })), ...stored.users },
    clients: { ...fill(clientIds, randomSecret), ...stored.clients },
  };
}

function fill<T>(names: readonly string[], make: () => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make()]));
}

/** 32 random bytes in base64url: letters that need no escaping in an address. */
function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Four pronounceable words and two digits, about 56 bits: to be typed, and guarded by the sign-in's throttle. */
export function readablePassword(): string {
  const syllable = () => pick(CONSONANTS) + pick(VOWELS);
  const words = Array.from({ length: PASSWORD_WORDS }, () => syllable() + syllable());
  return `${words.join('-')}-${randomInt(10, 100)}`;
}

function pick(letters: string): string {
  return letters.charAt(randomInt(letters.length));
}

function isTextTree(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isTextTree);
  return typeof value === 'string' && value !== '';
}

async function hasFiles(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length > 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    // The database's folder is its own account's: that it is closed to us shows that it is there.
    if (systemCode(error) === 'EACCES') return true;
    throw error;
  }
}
