import type { FilterFactory } from '../filter/filter.types.js';
import { forwardedHeaders } from '../filter/forwarded-headers.filter.js';
import { hidePathsFilter } from '../filter/hide-paths.filter.js';
import { removeOutsideHeaders } from '../filter/remove-outside-headers.filter.js';
import { requestIdFilter } from '../filter/request-id.filter.js';
import { stripPrefixFilter } from '../filter/strip-prefix.filter.js';
import { tokenExchangeFilter } from '../filter/token-exchange.filter.js';
import { traceHeadersFilter } from '../filter/trace-headers.filter.js';
import type { GatewayConfig } from '../gateway.config.js';
import type { IdentityService } from '../identity/identity.service.js';
import { PREDICATES } from '../predicate/predicates.js';
import type { GatewayCookies } from '../session/cookies.js';
import type { SessionService } from '../session/session.service.js';
import type { RouteVocabulary } from './route-builder.js';

/** What filters work with. */
export interface VocabularyDependencies {
  identity: Pick<IdentityService, 'remembered' | 'internalToken'>;
  sessions: Pick<SessionService, 'use'>;
  cookies: GatewayCookies;
  publicUrl: string;
}

/** Injects {@link VocabularyDependencies}. */
export const VOCABULARY_DEPENDENCIES = Symbol('VOCABULARY_DEPENDENCIES');

/** Every word that routes may use, and the filters that all of them have. */
export function createVocabulary(
  config: Pick<GatewayConfig, 'identityHeaders' | 'timeouts'>,
  { identity, sessions, cookies, publicUrl }: VocabularyDependencies,
): RouteVocabulary {
  const tokenExchange = tokenExchangeFilter({ identity, sessions, sessionCookie: cookies.session, publicOrigin: publicUrl });
  const filters: FilterFactory[] = [hidePathsFilter, stripPrefixFilter, tokenExchange];
  return {
    predicates: PREDICATES,
    filters: new Map(filters.map((factory) => [factory.name, factory])),
    globalFilters: [
      removeOutsideHeaders(config.identityHeaders, (name) => cookies.isOwn(name)),
      requestIdFilter,
      forwardedHeaders(publicUrl),
      traceHeadersFilter,
    ],
    timeouts: config.timeouts,
  };
}
