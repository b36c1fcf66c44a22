import { urlOf } from './assets.js';
import { html, type Html } from './html.js';
import { otherLanguage } from './language.js';
import { TEXTS, type Language } from './texts.js';

/** What every page has. */
export interface Page {
  language: Language;
  title: string;
  content: Html;
  /** The address of this page without its query; absent = the page has no switch of language. */
  switchPath?: string | undefined;
}

/** A whole page. */
export function renderPage({ language, title, content, switchPath }: Page): string {
  const texts = TEXTS[language];
  const other = otherLanguage(language);
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${title} · ${texts.product}</title>
        <link rel="stylesheet" href="${urlOf('pages.css')}" />
        <link rel="icon" href="${urlOf('mark.svg')}" type="image/svg+xml" />
      </head>
      <body>
        <div class="frame">
          <header class="brand">
            <p class="product"><img src="${urlOf('mark.svg')}" alt="" width="40" height="40" /> ${texts.product}</p>
            <p class="tagline">${texts.tagline}</p>
          </header>
          <main class="card">
            ${content}
            ${
              switchPath !== undefined &&
              html`<p class="switch">
                <a href="${switchPath}?lang=${other}" lang="${other}" hreflang="${other}">${texts.otherLanguage}</a>
              </p>`
            }
          </main>
        </div>
      </body>
    </html>`.text;
}
