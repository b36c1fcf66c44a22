import { TOKEN_EXCHANGE_GRANT } from '@app/contracts';
import { verifySecret } from '@app/security';
import { Provider, type Client } from 'oidc-provider';
import type { AuditLogger } from '../audit/audit.logger.js';
import type { AuthConfig } from '../auth.config.js';
import type { ClientStore } from '../clients/client.store.js';
import { deriveKey } from '../keys/derive-key.js';
import type { InternalTokenIssuer } from '../keys/internal-token.issuer.js';
import type { SigningKeys } from '../keys/signing-keys.service.js';
import { renderErrorPage, renderSignedOutPage, renderSignOutPage } from '../pages/provider-pages.js';
import type { PrincipalClient } from '../principals/principal.client.js';
import { ReadOnlyAdapter } from '../tokens/read-only.adapter.js';
import type { TokenStore } from '../tokens/token.store.js';
import { createFindAccount } from './account.js';
import { auditProvider } from './audit-events.js';
import { createTokenExchange, TOKEN_EXCHANGE_PARAMETERS } from './grants/token-exchange.grant.js';
import { createProviderOptions } from './provider.options.js';
import { clientEndpointStep } from './steps/client-endpoint.step.js';
import { SignOut } from './steps/sign-out.step.js';

/** What the authorization server is made from. */
export interface ProviderDependencies {
  config: AuthConfig;
  keys: SigningKeys;
  issuer: InternalTokenIssuer;
  clients: ClientStore;
  tokens: TokenStore;
  principals: PrincipalClient;
  audit: AuditLogger;
}

/** Makes oidc-provider with our stores, grants, pages and steps. */
export function createProvider({ config, keys, issuer, clients, tokens, principals, audit }: ProviderDependencies): Provider {
  const signOut = new SignOut(tokens, audit, renderSignOutPage);
  const provider = new Provider(
    config.issuer,
    createProviderOptions({
      config,
      jwks: keys.privateJwks,
      cookieKeys: [deriveKey(config.encryptionKey, 'cookies').toString('base64url')],
      adapter: (model: string) => (model === 'Client' ? new ReadOnlyAdapter(clients) : tokens.adapterFor(model)),
      findAccount: createFindAccount(principals),
      renderError: renderErrorPage,
      renderSignOut: signOut.confirmOrComplete,
      renderSignedOut: renderSignedOutPage,
    }),
  );
  // What reaches oidc-provider has headers of our own making: see `mountProvider`.
  provider.proxy = true;
  const prototype = provider.Client.prototype;
  prototype.compareClientSecret = compareSecretHashes;
  provider.registerGrantType(
    TOKEN_EXCHANGE_GRANT,
    createTokenExchange({ provider, principals, issuer, gatewayClientId: () => config.gatewayClientId }),
    [...TOKEN_EXCHANGE_PARAMETERS],
  );
  for (const step of [clientEndpointStep, signOut.step]) provider.use(step as (ctx: unknown, next: () => Promise<void>) => Promise<void>);
  auditProvider(provider, audit);
  return provider;
}

/** Secrets are 256 random bits of which only the SHA-256 is stored. */
function compareSecretHashes(this: Client, actual: string): boolean {
  return this.clientSecret !== undefined && verifySecret(this.clientSecret, actual);
}
