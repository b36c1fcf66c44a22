import type { KoaContextWithOIDC } from 'oidc-provider';
import { CLIENT_ENDPOINTS } from '../routes.js';

interface Correction {
  status: number;
  error: string;
}

const CLIENT_NOT_AUTHENTICATED: Correction = { status: 401, error: 'invalid_client' };

/** Where oidc-provider says `invalid_request` and RFC 6749 section 5.2 has a code of its own, by its description. */
const CORRECTIONS: ReadonlyMap<unknown, Correction> = new Map([
  ['no client authentication mechanism provided', CLIENT_NOT_AUTHENTICATED],
  ['invalid authorization header value format', CLIENT_NOT_AUTHENTICATED],
  ['client_id and client_secret in the authorization header are not properly encoded', CLIENT_NOT_AUTHENTICATED],
  ['client_secret must be provided in the Authorization header', CLIENT_NOT_AUTHENTICATED],
  ['requested grant type is not allowed for this client', { status: 400, error: 'unauthorized_client' }],
]);

const RETRY_AFTER_SECONDS = '1';

/** The endpoints that clients call: RFC 6749's codes, 401 with a challenge, and nothing that a cache may keep. */
export async function clientEndpointStep(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (!CLIENT_ENDPOINTS.has(ctx.path.toLowerCase())) return;
  ctx.set({ 'cache-control': 'no-store', pragma: 'no-cache' });
  const body = ctx.body as { error?: string; error_description?: string } | undefined;
  const correction = CORRECTIONS.get(body?.error_description);
  if (correction !== undefined) {
    ctx.status = correction.status;
    ctx.body = { ...body, error: correction.error };
  }
  if (ctx.status === 401) ctx.set('www-authenticate', `Basic realm="${ctx.oidc.issuer}", charset="UTF-8"`);
  if (ctx.status === 503) ctx.set('retry-after', RETRY_AFTER_SECONDS);
}
