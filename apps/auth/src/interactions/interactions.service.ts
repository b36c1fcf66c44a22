import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Client, InteractionResults, Provider } from 'oidc-provider';
import { AuditLogger } from '../audit/audit.logger.js';
import { PrincipalClient } from '../principals/principal.client.js';
import { OIDC_PROVIDER } from '../provider/provider.token.js';

/** A request in Node's own terms, which oidc-provider reads the cookies of. */
export interface RawExchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** An authorization request that waits for a person. */
export interface PendingInteraction {
  uid: string;
  prompt: 'login' | 'consent';
  client: Client;
  redirectUri: unknown;
  uiLocales: unknown;
  loginHint: string | undefined;
  /** Who is signed in already. */
  sub: string | undefined;
  missingScopes: readonly string[];
  grantId: string | undefined;
}

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
  async find({ request, response }: RawExchange, uid: string): Promise<PendingInteraction | undefined> {
    const interaction = await this.provider.interactionDetails(request, response);
    const { prompt, params, session, grantId } = interaction;
    const client = await this.provider.Client.find(String(params.client_id));
    if (interaction.uid !== uid || client === undefined || (prompt.name !== 'login' && prompt.name !== 'consent')) return undefined;
    const { missingOIDCScope } = prompt.details as { missingOIDCScope?: string[] };
    return {
      uid,
      prompt: prompt.name,
      client,
      redirectUri: params.redirect_uri,
      uiLocales: params.ui_locales,
      loginHint: typeof params.login_hint === 'string' ? params.login_hint.slice(0, 64) : undefined,
      sub: session?.accountId,
      missingScopes: missingOIDCScope ?? [],
      grantId,
    };
  }

  /** How the person who is signed in is called. */
  async nameOf(sub: string): Promise<string> {
    return (await this.principals.findEnabled(sub))?.displayName ?? '';
  }

  /** The person signed in; returns the address at which the request goes on. */
  signedIn(exchange: RawExchange, sub: string): Promise<string> {
    return this.#finish(exchange, { login: { accountId: sub, amr: ['pwd'] } }, false);
  }

  /** The person allows what is asked for; returns the address at which the request goes on. */
  async allowed(exchange: RawExchange, { client, sub, missingScopes, grantId }: PendingInteraction): Promise<string> {
    const { Grant } = this.provider;
    const existing = grantId === undefined ? undefined : await Grant.find(grantId);
    const grant = existing ?? new Grant({ accountId: sub, clientId: client.clientId });
    grant.addOIDCScope(missingScopes.join(' '));
    const saved = await grant.save();
    this.audit.record({ event: 'consent', sub: sub ?? '', clientId: client.clientId, scopes: missingScopes.length });
    return this.#finish(exchange, { consent: { grantId: saved } }, true);
  }

  /** The person does not go on; returns the address at which the client is told. */
  refused(exchange: RawExchange, { client, sub }: PendingInteraction): Promise<string> {
    if (sub !== undefined) this.audit.record({ event: 'consent_refused', sub, clientId: client.clientId });
    return this.#finish(exchange, { error: 'access_denied', error_description: 'the person did not go on' }, false);
  }

  #finish({ request, response }: RawExchange, result: InteractionResults, mergeWithLastSubmission: boolean): Promise<string> {
    return this.provider.interactionResult(request, response, result, { mergeWithLastSubmission });
  }
}
