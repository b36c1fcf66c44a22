import { LANGUAGE_COOKIE } from '@app/contracts';
import type { ErrorOut, errors, KoaContextWithOIDC } from 'oidc-provider';
import { html, Html } from './html.js';
import { chooseLanguage, readCookie } from './language.js';
import { renderPage } from './layout.js';
import { renderMessagePage } from './message.page.js';
import { pageContentPolicy } from './security-headers.js';
import { TEXTS, type Language } from './texts.js';

/** Routes of oidc-provider that people see; the others speak JSON whatever is accepted. */
const PAGE_ROUTES: ReadonlySet<string> = new Set(['authorization', 'resume', 'end_session', 'end_session_confirm', 'end_session_success']);

/** An error of the authorization server: a page for people, RFC 6749's JSON for clients. */
export function renderErrorPage(ctx: KoaContextWithOIDC, out: ErrorOut, error: errors.OIDCProviderError | Error): void {
  if (!PAGE_ROUTES.has(ctx.oidc.route)) {
    ctx.body = out;
    return;
  }
  const language = languageOf(ctx);
  const texts = TEXTS[language];
  const isExpired = error.name === 'SessionNotFound';
  const detail = [out.error, out.error_description].filter((part) => part !== undefined).join(': ');
  send(
    ctx,
    isExpired
      ? renderMessagePage({ language, title: texts.expiredTitle, lead: texts.expiredLead })
      : renderMessagePage({ language, title: texts.errorTitle, lead: texts.errorLead, detail }),
  );
}

/**
 * Asks whether to sign out.
 *
 * @param form oidc-provider's form: its id is `op.logoutForm`, and it holds its own protection against forgery
 */
export function renderSignOutPage(ctx: KoaContextWithOIDC, form: string): void {
  const language = languageOf(ctx);
  const texts = TEXTS[language];
  const content = html`<h1>${texts.signOutTitle}</h1>
    <p class="lead">${texts.signOutLead}</p>
    ${new Html(form)}
    <button class="primary" type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>${texts.signOut}</button>
    <button class="secondary" type="submit" form="op.logoutForm">${texts.stay}</button>`;
  send(ctx, renderPage({ language, title: texts.signOutTitle, content }));
}

/** Says that nobody is signed in any more. */
export function renderSignedOutPage(ctx: KoaContextWithOIDC): Promise<void> {
  const language = languageOf(ctx);
  const texts = TEXTS[language];
  send(ctx, renderMessagePage({ language, title: texts.signedOutTitle, lead: texts.signedOutLead }));
  return Promise.resolve();
}

function send(ctx: KoaContextWithOIDC, page: string): void {
  ctx.set('content-security-policy', pageContentPolicy());
  ctx.set('cache-control', 'no-store');
  ctx.type = 'html';
  ctx.body = page;
}

function languageOf(ctx: KoaContextWithOIDC): Language {
  return chooseLanguage({
    cookie: readCookie(ctx.headers.cookie, LANGUAGE_COOKIE),
    uiLocales: ctx.oidc.params?.ui_locales,
    acceptLanguage: ctx.headers['accept-language'],
  });
}
