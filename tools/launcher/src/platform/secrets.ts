import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
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

/**
 * The secrets of a data folder; those that are missing (at the first start all) are made and stored.
 *
 * @throws Failure when the file is damaged, or gone while there is a database that only it opens
 */
export async function openSecrets(folder: DataFolder): Promise<Secrets> {
  const stored = await readSecrets(folder);
  if (stored === undefined && (await hasFiles(folder.postgres))) {
    throw new Failure(`${folder.secrets} is missing, and without it the database in ${folder.postgres} cannot be opened.`);
  }
  const complete = completeSecrets(stored ?? {});
  if (JSON.stringify(stored) !== JSON.stringify(complete)) await writePrivateJson(folder.secrets, complete);
  return complete;
}

/** The secrets as they are stored; undefined before the first start. */
export async function readSecrets(folder: DataFolder): Promise<Secrets | undefined> {
  const stored = await readPrivateJson(folder.secrets);
  if (stored === undefined) return undefined;
  const complete = completeSecrets(stored);
  const damaged = Object.entries(complete).find(([, value]) => !isTextTree(value));
  if (damaged !== undefined) throw new Failure(`${folder.secrets} is damaged: ${damaged[0]} is not text.`);
  return complete;
}

/** Adds what a newer version of the platform needs and an older one did not make. */
export function completeSecrets(stored: Partial<Secrets>): Secrets {
  const clientIds = SEEDED_CLIENTS.map(({ clientId }) => clientId);
  const usernames = DEMO_USERS.map(({ username }) => username);
  return {
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
