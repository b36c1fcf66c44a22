import { InjectConfig, type LiveConfig } from '@app/config';
import { LANGUAGE_COOKIE, LANGUAGE_COOKIE_SECONDS } from '@app/contracts';
import { ClientAddress, Public } from '@app/security';
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { renderConsentPage } from '../pages/consent.page.js';
import { chooseLanguage, isLanguage, readCookie } from '../pages/language.js';
import { renderMessagePage } from '../pages/message.page.js';
import { formTargetOf, pageContentPolicy, securityHeaders } from '../pages/security-headers.js';
import { renderSignInPage, type SignInProblem } from '../pages/sign-in.page.js';
import { TEXTS, type Language } from '../pages/texts.js';
import { Route } from '../provider/routes.js';
import { TemporarilyUnavailable } from '../shared/temporarily-unavailable.js';
import { InteractionsService, type PendingInteraction, type PendingLogin, type RawExchange } from './interactions.service.js';
import { isSameOrigin } from './same-origin.js';
import { SignInService } from './sign-in.service.js';

const text = z.string().catch('');
const signInForm = z.object({ username: text, password: text }).catch({ username: '', password: '' });
const STATUS = { wrong_credentials: 401, throttled: 429, unavailable: 503 } as const satisfies Record<SignInProblem['kind'], number>;

/** The pages of an authorization request, on which a person signs in and allows or denies. */
@Public()
@Controller('oauth2/interaction/:uid')
export class InteractionsController {
  readonly #address: ClientAddress;

  constructor(
    private readonly interactions: InteractionsService,
    private readonly signIns: SignInService,
    @InjectConfig(authConfig) private readonly config: LiveConfig<AuthConfig>,
  ) {
    this.#address = new ClientAddress(config.value.trustedProxies);
  }

  @Get()
  async show(
    @Param('uid') uid: string,
    @Query('lang') lang: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (isLanguage(lang)) this.#rememberLanguage(reply, lang);
    await this.#withInteraction(uid, request, reply, async (interaction) => {
      const language = this.#languageOf(request, interaction.uiLocales);
      if (interaction.prompt === 'login') {
        this.#send(reply, interaction, signInPage(interaction, language));
        return;
      }
      const userName = await this.interactions.nameOf(interaction.sub);
      const clientName = interaction.client.clientName ?? interaction.client.clientId;
      const view = { language, path: pathOf(uid), clientName, userName, scopes: interaction.scopes };
      this.#send(reply, interaction, renderConsentPage(view));
    });
  }

  @Post('login')
  async signIn(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#withInteraction(uid, request, reply, async (interaction) => {
      if (interaction.prompt !== 'login') {
        this.#redirect(reply, pathOf(uid));
        return;
      }
      const { username, password } = signInForm.parse(body);
      const address = this.#address.of(request.raw);
      const outcome = await this.signIns.signIn({ username, password, address, clientId: interaction.client.clientId });
      if (outcome.kind === 'signed_in') {
        this.#redirect(reply, await this.interactions.signedIn(toRaw(request, reply), outcome.sub));
        return;
      }
      if (outcome.kind === 'throttled') reply.header('retry-after', String(outcome.seconds));
      const language = this.#languageOf(request, interaction.uiLocales);
      this.#send(reply.code(STATUS[outcome.kind]), interaction, signInPage(interaction, language, username, outcome));
    });
  }

  @Post('consent')
  async allow(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#withInteraction(uid, request, reply, async (interaction) => {
      if (interaction.prompt !== 'consent') {
        this.#redirect(reply, pathOf(uid));
        return;
      }
      this.#redirect(reply, await this.interactions.allowed(toRaw(request, reply), interaction));
    });
  }

  @Post('abort')
  async abort(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#withInteraction(uid, request, reply, async (interaction) => {
      this.#redirect(reply, await this.interactions.refused(toRaw(request, reply), interaction));
    });
  }

  async #withInteraction(
    uid: string,
    request: FastifyRequest,
    reply: FastifyReply,
    work: (interaction: PendingInteraction) => Promise<void>,
  ): Promise<void> {
    if (request.method !== 'GET' && !isSameOrigin(request.headers, this.config.value.issuer)) {
      this.#sendMessage(request, reply.code(403), 'errorTitle', 'foreignOrigin');
      return;
    }
    try {
      const interaction = await this.#find(uid, request, reply);
      if (interaction === undefined) this.#sendMessage(request, reply.code(400), 'expiredTitle', 'expiredLead');
      else await work(interaction);
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable)) throw error;
      this.#sendMessage(request, reply.code(503).header('retry-after', '1'), 'errorTitle', 'unavailable');
    }
  }

  async #find(uid: string, request: FastifyRequest, reply: FastifyReply): Promise<PendingInteraction | undefined> {
    try {
      return await this.interactions.find(toRaw(request, reply), uid);
    } catch (error) {
      if (error instanceof Error && error.name === 'SessionNotFound') return undefined;
      throw error;
    }
  }

  #redirect(reply: FastifyReply, target: string): void {
    void reply.header('cache-control', 'no-store').redirect(target, 303);
  }

  #send(reply: FastifyReply, interaction: PendingInteraction, page: string): void {
    sendPage(reply, page, pageContentPolicy(formTargetOf(interaction.redirectUri)));
  }

  #sendMessage(
    request: FastifyRequest,
    reply: FastifyReply,
    title: 'errorTitle' | 'expiredTitle',
    lead: 'foreignOrigin' | 'expiredLead' | 'unavailable',
  ): void {
    const language = this.#languageOf(request, undefined);
    sendPage(reply, renderMessagePage({ language, title: TEXTS[language][title], lead: TEXTS[language][lead] }), pageContentPolicy());
  }

  #languageOf(request: FastifyRequest, uiLocales: unknown): Language {
    const { lang } = request.query as { lang?: unknown };
    const cookie = readCookie(request.headers.cookie, LANGUAGE_COOKIE);
    return chooseLanguage({ query: lang, cookie, uiLocales, acceptLanguage: request.headers['accept-language'] });
  }

  #rememberLanguage(reply: FastifyReply, language: Language): void {
    const secure = this.config.value.issuer.startsWith('https:') ? '; Secure' : '';
    const attributes = `Path=/; Max-Age=${LANGUAGE_COOKIE_SECONDS}; SameSite=Lax${secure}`;
    reply.header('set-cookie', `${LANGUAGE_COOKIE}=${language}; ${attributes}`);
  }
}

function signInPage(interaction: PendingLogin, language: Language, username = interaction.loginHint, problem?: SignInProblem): string {
  return renderSignInPage({ language, path: pathOf(interaction.uid), username, ...(problem !== undefined && { problem }) });
}

function sendPage(reply: FastifyReply, page: string, contentPolicy: string): void {
  void reply
    .headers({ ...securityHeaders(contentPolicy), 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' })
    .send(page);
}

function pathOf(uid: string): string {
  return `${Route.Interaction}/${encodeURIComponent(uid)}`;
}

function toRaw(request: FastifyRequest, reply: FastifyReply): RawExchange {
  return { request: request.raw, response: reply.raw };
}
