import { html } from './html.js';
import { renderPage } from './layout.js';
import { TEXTS, type Language } from './texts.js';

/** What a page without a form shows. */
export interface MessageView {
  language: Language;
  title: string;
  lead: string;
  /** For whoever has to find the fault: a code, no secret. */
  detail?: string | undefined;
}

/** A page that only tells something, and leads home. */
export function renderMessagePage({ language, title, lead, detail }: MessageView): string {
  const content = html`<h1>${title}</h1>
    <p class="lead">${lead}</p>
    ${detail !== undefined && html`<p class="detail">${detail}</p>`}
    <p><a class="button" href="/">${TEXTS[language].home}</a></p>`;
  return renderPage({ language, title, content });
}
