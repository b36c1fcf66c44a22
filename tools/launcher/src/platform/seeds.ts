import { join } from 'node:path';
import { DEMO_USERS, SEEDED_CLIENTS } from './accounts.ts';
import type { DataFolder } from './data-folder.ts';
import { writePrivateJson } from './private-file.ts';
import type { Secrets } from './secrets.ts';

/** Files that `auth` and `system` read their first rows from. */
export interface SeedFiles {
  auth: string;
  system: string;
}

/**
 * Writes the seed files of a data folder; they follow the secrets and the outside address.
 *
 * @param address the outside address, without a slash at its end
 */
export async function writeSeeds(folder: DataFolder, secrets: Secrets, address: string): Promise<SeedFiles> {
  const files = seedFilesOf(folder);
  await writePrivateJson(files.auth, authSeed(secrets, address));
  await writePrivateJson(files.system, systemSeed(secrets));
  return files;
}

/** Where the seed files of a data folder lie. */
export function seedFilesOf(folder: DataFolder): SeedFiles {
  return { auth: join(folder.seeds, 'auth.json'), system: join(folder.seeds, 'system.json') };
}

/** What `auth` knows of the demo people and clients: how to recognise them. */
export function authSeed(secrets: Secrets, address: string) {
  return {
    credentials: DEMO_USERS.map(({ username }) => ({
      userId: idOf(secrets, username),
      username,
      password: secrets.users[username]?.password,
    })),
    clients: SEEDED_CLIENTS.map((client) => ({
      ...client,
      clientSecret: secrets.clients[client.clientId],
      redirectUris: client.for === 'gateway' ? [`${address}/login/callback`] : [],
    })),
  };
}

/** What `system` knows of the demo people: who they are and what they may do. */
export function systemSeed(secrets: Secrets) {
  return { users: DEMO_USERS.map((user) => ({ id: idOf(secrets, user.username), ...user })) };
}

function idOf(secrets: Secrets, username: string): string | undefined {
  return secrets.users[username]?.id;
}
