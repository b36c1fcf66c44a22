import type { EventEmitter } from 'node:events';
import { TOKEN_EXCHANGE_GRANT } from '@app/contracts';
import { createLogger } from '@app/telemetry';
import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { AuditLogger } from '../audit/audit.logger.js';

const log = createLogger('OidcProvider');

/** Writes down what oidc-provider grants and refuses. Token exchange is left out where it succeeds: it follows each request at the edge. */
export function auditProvider(provider: Provider, audit: AuditLogger): void {
  provider.on('grant.success', (ctx: KoaContextWithOIDC) => {
    const grantType = grantTypeOf(ctx);
    if (grantType === TOKEN_EXCHANGE_GRANT) return;
    const sub = ctx.oidc.account?.accountId;
    audit.record({
      event: 'grant',
      grantType: grantType ?? '',
      clientId: ctx.oidc.client?.clientId ?? '',
      ...(sub !== undefined && { sub }),
    });
  });
  provider.on('grant.error', (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) => {
    const clientId = ctx.oidc.client?.clientId;
    audit.record({
      event: 'grant_refused',
      grantType: grantTypeOf(ctx) ?? '',
      ...(clientId !== undefined && { clientId }),
      error: error.error,
      ...(error.error_detail !== undefined && { detail: error.error_detail }),
    });
  });
  provider.on('server_error', (ctx: KoaContextWithOIDC, err: Error) => {
    log.error({ err, route: ctx.oidc.route }, 'The request failed');
  });
  // Koa's own event, which is not among oidc-provider's types.
  (provider as EventEmitter).on('error', (err: Error) => {
    log.error({ err }, 'The request failed outside of a route');
  });
}

/** Client input, which may be a list, or long: of text, the beginning is written down. */
function grantTypeOf(ctx: KoaContextWithOIDC): string | undefined {
  const grantType = ctx.oidc.params?.grant_type;
  return typeof grantType === 'string' ? grantType.slice(0, 64) : undefined;
}
