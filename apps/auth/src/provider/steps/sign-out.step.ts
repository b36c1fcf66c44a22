import type { KoaContextWithOIDC } from 'oidc-provider';
import type { AuditLogger } from '../../audit/audit.logger.js';
import type { TokenStore } from '../../tokens/token.store.js';
import { isFirstParty } from '../client-traits.js';
import { Route } from '../routes.js';
import { SESSION_COOKIE } from '../session-cookie.js';

/**
 * Sign-out that a client asks for (OpenID Connect RP-Initiated Logout 1.0). When one of our own clients shows an ID token of the person
 * who is signed in, there is nothing left to confirm.
 */
export class SignOut {
  constructor(
    private readonly tokens: TokenStore,
    private readonly audit: AuditLogger,
    private readonly renderConfirmation: (ctx: KoaContextWithOIDC, form: string) => void,
  ) {}

  /** Where oidc-provider would ask for confirmation. */
  readonly confirmOrComplete = async (ctx: KoaContextWithOIDC, form: string): Promise<void> => {
    const { client, entities, session } = ctx.oidc;
    const hinted = (entities.IdTokenHint as { payload?: { sub?: unknown } } | undefined)?.payload?.sub;
    if (client === undefined || !isFirstParty(client) || session?.accountId === undefined || hinted !== session.accountId) {
      this.renderConfirmation(ctx, form);
      return;
    }
    // As oidc-provider itself does it: what other clients were given for offline access outlives the session.
    const grantIds = Object.entries(session.authorizations ?? {})
      .filter(([clientId, { persistsLogout }]) => clientId === client.clientId || persistsLogout !== true)
      .flatMap(([, { grantId }]) => grantId ?? []);
    await Promise.all(grantIds.map((grantId) => this.tokens.revokeGrant(grantId)));
    await session.destroy();
    ctx.oidc.cookies.set(ctx.oidc.provider.cookieName('session'), null, SESSION_COOKIE);
    this.audit.record({ event: 'sign_out', sub: session.accountId, clientId: client.clientId });
    redirectAfterSignOut(ctx);
  };

  /** Where nobody is signed in there is nothing to ask either: oidc-provider's page that submits itself by script is not needed. */
  readonly step = async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.path.toLowerCase() !== Route.EndSession || ctx.status !== 200 || ctx.oidc.session?.accountId !== undefined) return;
    redirectAfterSignOut(ctx);
  };
}

/** The redirect URI was compared with the registered ones before. */
function redirectAfterSignOut(ctx: KoaContextWithOIDC): void {
  const { post_logout_redirect_uri: uri, state } = ctx.oidc.params ?? {};
  const target = new URL(typeof uri === 'string' ? uri : ctx.oidc.urlFor('end_session_success'));
  if (typeof uri === 'string' && typeof state === 'string') target.searchParams.set('state', state);
  ctx.status = 303;
  ctx.redirect(target.href);
}
