import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCESS_TOKEN_TYPE, Permission, TOKEN_EXCHANGE_GRANT } from '@app/contracts';
import { randomSecret } from '@app/security';
import {
  createTestDatabase,
  startQuietConsul,
  startRedis,
  startService,
  type QuietConsul,
  type TestDatabase,
  type TestServer,
  type TestService,
} from '@app/testing';
import { Browser } from './browser.js';
import { person, startPeople, type People } from './people.js';

/** Where the world reaches the server under test: nothing listens there, answers only speak of it. */
export const ISSUER = 'http://localhost:26080';
export const CALLBACK = `${ISSUER}/login/callback`;
export const FOREIGN_CALLBACK = 'https://partner.example/callback';
export const PASSWORD = 'correct horse battery staple';

/** For the hook that starts a rig. */
export const START_TIMEOUT_MS = 90_000;

/** A client's credentials. */
export interface TestClient {
  clientId: string;
  clientSecret: string;
}

const DEFAULT_PEOPLE = ['u-1', 'u-2'].map((id) => person({ id, username: `user-${id}` }));

/** A running `auth` with what it needs, and shortcuts to ask it. */
export class Rig {
  service!: TestService;
  people!: People;
  consul!: QuietConsul;
  database!: TestDatabase;
  redis!: TestServer;
  readonly encryptionKey = randomSecret();
  readonly gateway = { clientId: 'gateway', clientSecret: randomSecret() };
  readonly station = { clientId: 'station', clientSecret: randomSecret() };
  readonly partner = { clientId: 'partner', clientSecret: randomSecret() };
  #folder = '';

  static async start(env: Record<string, string> = {}, people = DEFAULT_PEOPLE): Promise<Rig> {
    const rig = new Rig();
    rig.consul = await startQuietConsul();
    rig.people = await startPeople(ISSUER, () => `${rig.service.url}/oauth2/jwks`);
    for (const someone of people) rig.people.byId.set(someone.id, someone);
    // Not the run's: revocations are published to the whole server.
    [rig.database, rig.redis] = await Promise.all([createTestDatabase({ schema: 'auth' }), startRedis({ dedicated: true })]);
    rig.#folder = await mkdtemp(join(tmpdir(), 'auth-e2e-'));
    rig.service = await rig.startInstance(env);
    return rig;
  }

  /** Starts an instance on the rig's stores; give tests that do {@link START_TIMEOUT_MS}. */
  async startInstance(env: Record<string, string> = {}): Promise<TestService> {
    const seedFile = join(this.#folder, 'seed.json');
    await writeFile(seedFile, JSON.stringify(this.#seed()), { mode: 0o600 });
    const own = {
      CONSUL_HTTP_ADDR: this.consul.url,
      DATABASE_URL: this.database.url,
      REDIS_URL: this.redis.url,
      PUBLIC_URL: ISSUER,
      AUTH_ENCRYPTION_KEY: this.encryptionKey,
      AUTH_SEED_FILE: seedFile,
      AUTH_SYSTEM_URL: this.people.url,
      AUTH_PRINCIPALS_CACHE_MS: '0',
    };
    return startService('auth', { ...own, ...env }, { readyWithinMs: START_TIMEOUT_MS / 2 });
  }

  async stop(): Promise<void> {
    await this.service.stop();
    this.consul.stop();
    await Promise.all([this.people.stop(), this.database.drop(), this.redis.stop(), rm(this.#folder, { recursive: true })]);
  }

  browser(): Browser {
    return new Browser(this.service.url, ISSUER);
  }

  /** Posts a form as a client. */
  post(
    path: string,
    client: TestClient | undefined,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const authorization = client && { authorization: basic(client) };
    return fetch(`${this.service.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { ...authorization, ...headers },
    });
  }

  async machineToken(client: TestClient = this.station): Promise<string> {
    const answer = await this.post('/oauth2/token', client, { grant_type: 'client_credentials' });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  exchange(
    subjectToken: string,
    audience: string,
    client: TestClient = this.gateway,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const subject = { subject_token: subjectToken, subject_token_type: ACCESS_TOKEN_TYPE };
    return this.post('/oauth2/token', client, { grant_type: TOKEN_EXCHANGE_GRANT, ...subject, audience }, headers);
  }

  introspect(token: string, client: TestClient = this.gateway): Promise<unknown> {
    return this.post('/oauth2/introspect', client, { token }).then((answer) => answer.json());
  }

  /** Signs a person in through the pages and redeems the code. */
  async signIn(options: SignInOptions = {}): Promise<SignedIn> {
    const { browser = this.browser(), client = this.gateway, callback = CALLBACK } = options;
    const pkce = newPkce();
    const form = await browser.follow(
      await browser.ask(authorizeUrl(pkce, { ...options.params, client_id: client.clientId, redirect_uri: callback })),
    );
    const back = await answerForms(browser, form, options.username ?? 'user-u-1');
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const answer = await this.redeem(code, pkce, client, callback);
    return { browser, code, pkce, tokens: (await answer.json()) as Tokens };
  }

  redeem(code: string, pkce: Pkce, client: TestClient = this.gateway, callback = CALLBACK): Promise<Response> {
    return this.post('/oauth2/token', client, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback,
      code_verifier: pkce.verifier,
    });
  }

  refresh(refreshToken: string, client: TestClient = this.gateway): Promise<Response> {
    return this.post('/oauth2/token', client, { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  #seed() {
    return {
      credentials: [...this.people.byId.values()].map(({ id, username }) => ({ userId: id, username, password: PASSWORD })),
      clients: [
        {
          ...this.gateway,
          grantTypes: ['authorization_code', 'refresh_token', TOKEN_EXCHANGE_GRANT],
          redirectUris: [CALLBACK],
          firstParty: true,
        },
        {
          ...this.station,
          grantTypes: ['client_credentials'],
          scopes: [Permission.PassRecordsWrite, Permission.CountersRead],
          for: 'station',
        },
        {
          ...this.partner,
          grantTypes: ['authorization_code', 'refresh_token'],
          scopes: ['openid', 'profile', 'offline_access', Permission.ReportsRead, Permission.EventsRead],
          redirectUris: [FOREIGN_CALLBACK],
          name: 'Partner <b>& Co</b>',
        },
      ],
    };
  }
}

/** Who signs in, and how. */
export interface SignInOptions {
  username?: string;
  browser?: Browser;
  client?: TestClient;
  callback?: string;
  params?: Record<string, string>;
}

/** What came of it. */
export interface SignedIn {
  browser: Browser;
  code: string;
  pkce: Pkce;
  tokens: Tokens;
}

/** A successful token response. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

/** A verifier and its challenge (RFC 7636). */
export interface Pkce {
  verifier: string;
  challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function authorizeUrl({ challenge }: Pkce, params: Record<string, string | undefined> = {}): string {
  const all: Record<string, string | undefined> = {
    client_id: 'gateway',
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid profile',
    state: 'some-state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...params,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/oauth2/authorize?${new URLSearchParams(given).toString()}`;
}

/** Signs in, and consents where that is asked for; returns the redirect to the client. */
export async function answerForms(browser: Browser, page: Response, username: string): Promise<Response> {
  if (page.status !== 200) return page;
  const action = /action="([^"]+\/(?:login|consent))"/.exec(await page.text())?.[1] ?? '';
  const fields: Record<string, string> = action.endsWith('/login') ? { username, password: PASSWORD } : {};
  return answerForms(browser, await browser.follow(await browser.submit(action, fields)), username);
}

export function basic({ clientId, clientSecret }: TestClient): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`;
}
