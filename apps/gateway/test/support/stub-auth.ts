import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ACCESS_TOKEN_TYPE, INTERNAL_TOKEN_TTL_SECONDS, TOKEN_EXCHANGE_GRANT } from '@app/contracts';

/** A person or machine that tokens stand for. */
export interface StubBearer {
  sub: string;
  kind: 'user' | 'client';
  username?: string;
  name?: string;
  roles?: string[];
  permissions?: string[];
  area?: string;
}

/** `auth` as far as the gateway sees it: over real HTTP, with tokens that a test makes and ends. */
export interface StubAuth {
  port: number;
  /** Access tokens that are good. */
  tokens: Map<string, StubBearer>;
  /** Refresh tokens that are good: each once. */
  refreshTokens: Map<string, StubBearer>;
  /** Codes that can be redeemed. */
  codes: Map<string, StubBearer>;
  /** Parameters of the requests to the token endpoint, in order. */
  asked: URLSearchParams[];
  /** `Authorization` of those. */
  credentials: (string | undefined)[];
  revoked: string[];
  /** Life of the access tokens that it gives out, s. */
  expiresIn: number;
  /** Answers 503 to everything. */
  isDown: boolean;
  stop(): Promise<void>;
}

/** Starts it on a free port of the loopback address. */
export async function startStubAuth(): Promise<StubAuth> {
  const server = createServer((request, response) => {
    void answer(stub, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stub: StubAuth = {
    port: (server.address() as AddressInfo).port,
    tokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    asked: [],
    credentials: [],
    revoked: [],
    expiresIn: 600,
    isDown: false,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return stub;
}

interface Answer {
  status: number;
  body: object;
}

const REFUSED: Answer = { status: 400, body: { error: 'invalid_grant' } };

async function answer(stub: StubAuth, request: IncomingMessage): Promise<Answer> {
  const form = new URLSearchParams(await text(request));
  if (stub.isDown) return { status: 503, body: {} };
  if (request.url === '/oauth2/revoke') {
    stub.revoked.push(form.get('token') ?? '');
    return { status: 200, body: {} };
  }
  if (request.url !== '/oauth2/token') return { status: 200, body: { path: request.url, headers: request.headers } };
  stub.asked.push(form);
  stub.credentials.push(request.headers.authorization);
  switch (form.get('grant_type')) {
    case TOKEN_EXCHANGE_GRANT:
      return exchange(stub, form);
    case 'authorization_code':
      return give(stub, take(stub.codes, form.get('code')));
    case 'refresh_token':
      return give(stub, take(stub.refreshTokens, form.get('refresh_token')));
    default:
      return { status: 400, body: { error: 'unsupported_grant_type' } };
  }
}

function exchange(stub: StubAuth, form: URLSearchParams): Answer {
  const bearer = stub.tokens.get(form.get('subject_token') ?? '');
  if (bearer === undefined || form.get('subject_token_type') !== ACCESS_TOKEN_TYPE) return REFUSED;
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    ...{ iss: 'stub', aud: form.get('audience'), iat: now, exp: now + INTERNAL_TOKEN_TTL_SECONDS, jti: randomUUID() },
    ...{ client_id: bearer.kind === 'client' ? bearer.sub : 'gateway', roles: [], permissions: [], ...bearer },
  };
  const jwt = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return { status: 200, body: { access_token: `${jwt}.stub`, token_type: 'Bearer', expires_in: INTERNAL_TOKEN_TTL_SECONDS } };
}

function give(stub: StubAuth, bearer: StubBearer | undefined): Answer {
  if (bearer === undefined) return REFUSED;
  const [access, refresh] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
  stub.tokens.set(access, bearer);
  stub.refreshTokens.set(refresh, bearer);
  const body = { access_token: access, refresh_token: refresh, id_token: 'an.id.token', token_type: 'Bearer', expires_in: stub.expiresIn };
  return { status: 200, body };
}

function take(from: Map<string, StubBearer>, key: string | null): StubBearer | undefined {
  const bearer = from.get(key ?? '');
  from.delete(key ?? '');
  return bearer;
}
