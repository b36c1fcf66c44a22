import { html } from './html.js';
import { renderPage } from './layout.js';
import { fill, TEXTS, type Language, type Texts } from './texts.js';

/** What the consent page shows. */
export interface ConsentView {
  language: Language;
  /** Address of the interaction. */
  path: string;
  clientName: string;
  userName: string;
  scopes: readonly string[];
}

/** The page on which a person allows or denies a client what it asks for. */
export function renderConsentPage({ language, path, clientName, userName, scopes }: ConsentView): string {
  const texts = TEXTS[language];
  const content = html`<h1>${texts.consentTitle}</h1>
    <p class="lead">${fill(texts.consentLead, { client: clientName, user: userName })}</p>
    <ul class="scopes">
      ${scopes.map((scope) => html`<li>${describe(scope, texts)}</li>`)}
    </ul>
    <form method="post" action="${path}/consent"><button class="primary" type="submit">${texts.allow}</button></form>
    <form method="post" action="${path}/abort"><button class="secondary" type="submit">${texts.deny}</button></form>`;
  return renderPage({ language, title: texts.consentTitle, content, switchPath: path });
}

function describe(scope: string, { scopes }: Texts): string {
  if (scope === 'openid' || scope === 'profile' || scope === 'offline_access') return scopes[scope];
  return fill(scopes.permission, { scope });
}
