import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Permission, type Principal } from '@app/contracts';
import { verifyInternalToken } from '@app/security';
import { createRemoteJWKSet } from 'jose';

/** `system` as far as `auth` sees it: people who can be changed, behind the same token check. */
export interface People {
  url: string;
  byId: Map<string, Principal>;
  /** What is answered instead, for outages. */
  outage: { status: number } | { hang: true } | undefined;
  stop: () => Promise<void>;
}

/**
 * Answers `GET /principals/:id` over HTTP to callers who hold `auth`'s own token.
 *
 * @param issuer the issuer of tokens
 * @param jwksUrl finds auth's keys once auth runs
 */
export async function startPeople(issuer: string, jwksUrl: () => string): Promise<People> {
  const byId = new Map<string, Principal>();
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;
  const isAllowed = async (request: IncomingMessage): Promise<boolean> => {
    keys ??= createRemoteJWKSet(new URL(jwksUrl()));
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { principal } = await verifyInternalToken(token, keys, { issuer, audience: 'system' });
    return principal.permissions.includes(Permission.PrincipalsRead);
  };
  const server = createServer((request, response) => {
    void isAllowed(request)
      .catch(() => false)
      .then((allowed) => {
        if (people.outage !== undefined) {
          if ('status' in people.outage) response.writeHead(people.outage.status).end();
          return;
        }
        const principal = byId.get(decodeURIComponent(request.url?.replace(/^\/principals\//, '') ?? ''));
        response.writeHead(allowed ? (principal === undefined ? 404 : 200) : 401, { 'content-type': 'application/json' });
        response.end(JSON.stringify(principal ?? {}));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const people: People = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    byId,
    outage: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return people;
}

/** A person with sensible values. */
export function person(values: Partial<Principal> & { id: string }): Principal {
  return {
    username: values.id,
    displayName: `Person ${values.id}`,
    enabled: true,
    roles: ['officer'],
    permissions: [Permission.ReportsRead, Permission.CountersRead],
    area: null,
    ...values,
  };
}
