import { Permission, type ServiceName, TOKEN_EXCHANGE_GRANT } from '@app/contracts';

/** A person that can sign in from the first start on. */
export interface DemoUser {
  username: string;
  displayName: string;
  roles: readonly string[];
  /** Division code that the person's sight ends at; null = all. */
  area: string | null;
}

/** A program that can ask for tokens from the first start on. */
export interface SeededClient {
  clientId: string;
  grantTypes: readonly string[];
  scopes: readonly string[];
  /** The gateway acts for the people themselves: no consent is asked, and scopes do not narrow their permissions. */
  firstParty: boolean;
  /** What it is for, so that a reader of the credentials finds the right one. */
  for: 'gateway' | 'station' | 'reports';
}

/** The people of a first start; their passwords are made then. */
export const DEMO_USERS: readonly DemoUser[] = [
  { username: 'admin', displayName: 'Administrator', roles: ['administrator'], area: null },
  { username: 'officer', displayName: 'Province officer', roles: ['province-officer'], area: '33' },
  { username: 'hangzhou', displayName: 'Hangzhou officer', roles: ['city-officer'], area: '3301' },
];

/** The clients of a first start; their secrets are made then. */
export const SEEDED_CLIENTS: readonly SeededClient[] = [
  {
    clientId: 'gateway',
    grantTypes: ['authorization_code', 'refresh_token', TOKEN_EXCHANGE_GRANT],
    scopes: ['openid', 'profile'],
    firstParty: true,
    for: 'gateway',
  },
  { clientId: 'station', grantTypes: ['client_credentials'], scopes: [Permission.PassRecordsWrite], firstParty: false, for: 'station' },
  {
    clientId: 'reports',
    grantTypes: ['client_credentials'],
    scopes: [
      Permission.CountersRead,
      Permission.EventsRead,
      Permission.ReportsRead,
      Permission.StationsRead,
      Permission.AreasRead,
      Permission.UsersRead,
      Permission.RolesRead,
    ],
    firstParty: false,
    for: 'reports',
  },
];

/** The services that have a database role and schema of their own, of the same name. */
export const SERVICES_WITH_DATABASE = ['auth', 'system', 'statistics'] as const satisfies readonly ServiceName[];
