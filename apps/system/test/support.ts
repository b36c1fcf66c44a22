import { Permission } from '@app/contracts';
import {
  createTestDatabase,
  startService,
  startTokenIssuer,
  type TestClaims,
  type TestDatabase,
  type TestService,
  type TokenIssuer,
} from '@app/testing';

/** `system` as a process of its own, with a database and an issuer of tokens. */
export interface SystemUnderTest {
  service: TestService;
  database: TestDatabase;
  issuer: TokenIssuer;
  /** A GET with a good token that holds the given claims; its JSON. */
  get: (path: string, claims?: Partial<TestClaims>) => Promise<Answer>;
  send: (method: string, path: string, body: unknown, claims?: Partial<TestClaims>) => Promise<Answer>;
  stop: () => Promise<void>;
}

/** An answer; which fields its body has depends on the path. */
export interface Answer {
  status: number;
  headers: Headers;
  body: AnswerBody;
}

interface AnswerBody {
  status: number;
  code: string;
  errors: { field: string; reason: string }[];
  id: string;
  total: number;
  items: Item[];
  permissions: string[];
}

interface Item {
  code: string;
  county: string;
  type: number;
  username: string;
  area: string | null;
  names: { en: string };
  permissions: string[];
}

/** Any text, any number: what `expect.any` gives, with a type. */
export const SOME_TEXT = expect.any(String) as unknown;
export const SOME_NUMBER = expect.any(Number) as unknown;

/** Everything that an administrator may do in `system`. */
export const ADMINISTRATOR: Partial<TestClaims> = {
  kind: 'user',
  sub: '00000000-0000-4000-8000-000000000001',
  permissions: [
    Permission.CountersRead,
    Permission.EventsRead,
    Permission.ReportsRead,
    Permission.AreasRead,
    Permission.StationsRead,
    Permission.UsersRead,
    Permission.UsersWrite,
    Permission.RolesRead,
    Permission.RolesWrite,
  ],
};

export async function startSystem(env: Record<string, string> = {}): Promise<SystemUnderTest> {
  const [database, issuer] = await Promise.all([createTestDatabase({ schema: 'system' }), startTokenIssuer()]);
  const service = await startService('system', { DATABASE_URL: database.url, ...issuer.env, ...env });
  const call = async (method: string, path: string, claims: Partial<TestClaims>, body?: unknown): Promise<Answer> => {
    const headers = await issuer.bearer({ aud: 'system', ...claims });
    return await ask(system.service, path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
  const system: SystemUnderTest = {
    service,
    database,
    issuer,
    get: (path, claims = ADMINISTRATOR) => call('GET', path, claims),
    send: (method, path, body, claims = ADMINISTRATOR) => call(method, path, claims, body),
    stop: async () => {
      await system.service.stop();
      await Promise.all([database.drop(), issuer.stop()]);
    },
  };
  return system;
}

export async function ask(service: TestService, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${service.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as AnswerBody };
}
