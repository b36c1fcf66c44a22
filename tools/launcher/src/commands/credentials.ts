import { Failure } from '../failure.ts';
import { parseOptions } from '../options.ts';
import { print, toTable } from '../output.ts';
import { DEMO_USERS, SEEDED_CLIENTS } from '../platform/accounts.ts';
import { dataFolderAt } from '../platform/data-folder.ts';
import { readSecrets, type Secrets } from '../platform/secrets.ts';
import { readSettings, type Settings } from '../platform/settings.ts';
import { refuseNames } from './start.ts';

/** Everything that opens a platform, for its owner and for tests. */
export interface Credentials extends Omit<Settings, 'portOffset'> {
  users: { username: string; password: string; roles: readonly string[] }[];
  clients: { clientId: string; clientSecret: string; grantTypes: readonly string[]; scopes: readonly string[]; for: string }[];
}

/** `npm run credentials`: of a data folder, whether its platform runs or not. */
export async function credentials(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, { command: 'npm run credentials', allowed: ['data', 'json'], environment: process.env });
  refuseNames(options, 'npm run credentials');
  const folder = dataFolderAt(options.data);
  const [secrets, settings] = [await readSecrets(folder), await readSettings(folder)];
  if (secrets === undefined || settings === undefined)
    throw new Failure(`Nothing was ever started on ${folder.root}: npm start makes its secrets.`);
  const found = toCredentials(settings, secrets);
  if (options.json) print(JSON.stringify(found, undefined, 2));
  else describeCredentials(found).forEach(print);
}

/** Puts together what is stored. */
export function toCredentials(settings: Settings, secrets: Secrets): Credentials {
  const { address, issuer, services, database, redis } = settings;
  return {
    address,
    issuer,
    services,
    database,
    redis,
    users: DEMO_USERS.map(({ username, roles }) => ({ username, password: secrets.users[username]?.password ?? '', roles })),
    clients: SEEDED_CLIENTS.map(({ clientId, grantTypes, scopes, for: purpose }) => ({
      clientId,
      clientSecret: secrets.clients[clientId] ?? '',
      grantTypes,
      scopes,
      for: purpose,
    })),
  };
}

function describeCredentials({ address, services, database, redis, users, clients }: Credentials): string[] {
  return [
    ...toTable([['Address', address], ...Object.entries(services), ['database', database], ['redis', redis]]),
    '',
    ...toTable([['username', 'password', 'roles'], ...users.map((user) => [user.username, user.password, user.roles.join(', ')])]),
    '',
    ...toTable([
      ['client', 'secret', 'scopes'],
      ...clients.map((client) => [client.clientId, client.clientSecret, client.scopes.join(' ')]),
    ]),
  ];
}
