import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Client, InteractionResults, Provider } from 'oidc-provider';
import { AuditLogger } from '../audit/audit.logger.js';
import { PrincipalClient } from '../principals/principal.client.js';
import { newGrant } from '../provider/new-grant.js';
import { OIDC_PROVIDER } from '../provider/provider.token.js';

/** A request in Node's own terms, which oidc-provider reads the cookies of. */
export interface RawExchange {
  request: IncomingMessage;
  response: ServerResponse;
}

interface AuthorizationRequest {
  uid: string;
  client: Client;
  redirectUri: unknown;
  uiLocales: unknown;
}

/** An authorization request that waits for a person to sign in. */
export interface PendingLogin extends AuthorizationRequest {
  prompt: 'login';
  loginHint: string | undefined;
}

/** An authorization request that waits for the person who signed in to consent. */
export interface PendingConsent extends AuthorizationRequest {
  prompt: 'consent';
  sub: string;
  /** What is asked for, whether or not it was consented to before. */
  scopes: readonly string[];
  grantId: string | undefined;
}

/** An authorization request that waits for a person. */
export type PendingInteraction = PendingLogin | PendingConsent;

/** The person's part of an authorization request: what is asked of them, and their answer. */
@Injectable()
export class InteractionsService {
  constructor(
    @Inject(OIDC_PROVIDER) private readonly provider: Provider,
    private readonly principals: PrincipalClient,
    private readonly audit: AuditLogger,
  ) {}

  /**
   * The interaction that the request's cookie is bound to.
   *
   * @param uid of the address: another one than the cookie's is no interaction
   * @throws SessionNotFound when there is none, or it has ended
   */
  async find(exchange: RawExchange, uid: string): Promise<PendingInteraction | undefined> {
    const interaction = await this.provider.interactionDetails(exchange.request, exchange.response);
    const { prompt, params, session, grantId } = interaction;
    const client = await this.provider.Client.find(String(params.client_id));
    if (interaction.uid !== uid || client === undefined) return undefined;
    const request = { uid, client, redirectUri: params.redirect_uri, uiLocales: params.ui_locales };
    if (prompt.name === 'login') {
      const loginHint = typeof params.login_hint === 'string' ? params.login_hint.slice(0, 64) : undefined;
      return { ...request, prompt: 'login', loginHint };
    }
    if (prompt.name !== 'consent' || session === undefined) return undefined;
    const scopes = typeof params.scope === 'string' ? params.scope.split(' ') : [];
    return { ...request, prompt: 'consent', sub: session.accountId, scopes, grantId };
  }

  /** How the person who is signed in is called. */
  async nameOf(sub: string): Promise<string> {
    return (await this.principals.findEnabled(sub))?.displayName ?? '';
  }

  /** The person signed in; returns the address at which the request goes on. */
  signedIn(exchange: RawExchange, sub: string): Promise<string> {
    return this.#finish(exchange, { login: { accountId: sub, amr: ['pwd'], remember: false } }, false);
  }

  /** The person allows what is asked for; returns the address at which the request goes on. */
  async allowed(exchange: RawExchange, { client, sub, scopes, grantId }: PendingConsent): Promise<string> {
    const existing = grantId === undefined ? undefined : await this.provider.Grant.find(grantId);
    const grant = existing ?? newGrant(this.provider, client, sub);
    if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
    const saved = await grant.save();
    this.audit.record({ event: 'consent', sub, clientId: client.clientId, scopes: scopes.length });
    return this.#finish(exchange, { consent: { grantId: saved } }, true);
  }

  /** The person does not go on; returns the address at which the client is told. */
  refused(exchange: RawExchange, interaction: PendingInteraction): Promise<string> {
    if (interaction.prompt === 'consent') {
      this.audit.record({ event: 'consent_refused', sub: interaction.sub, clientId: interaction.client.clientId });
    }
    return this.#finish(exchange, { error: 'access_denied', error_description: 'the person did not go on' }, false);
  }

  #finish({ request, response }: RawExchange, result: InteractionResults, mergeWithLastSubmission: boolean): Promise<string> {
    return this.provider.interactionResult(request, response, result, { mergeWithLastSubmission });
  }
}
