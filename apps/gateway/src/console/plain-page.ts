import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LANGUAGE_COOKIE } from '@app/contracts';
import { preferredLanguage } from '@app/errors';
import { cookieValue } from '../proxy/header-rules.js';
import { SECURITY_HEADERS } from './security-headers.js';

type Text = Readonly<Record<'en' | 'zh-CN', string>>;

/** What a page without the console says. */
export interface PlainPage {
  title: Text;
  text: Text;
  link?: { href: string; label: Text };
}

const PRODUCT: Text = { en: 'Causeway Overload Control', 'zh-CN': 'Causeway 治超平台' };
const TAGLINE: Text = { en: 'Highway overload control', 'zh-CN': '公路超限超载治理' };
const MARK = `<svg viewBox="0 0 32 32" width="40" height="40" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#0f2747"/>
<path d="M5 21h22" stroke="#f2b441" stroke-width="3" stroke-linecap="round"/>
<path d="M8 21c0-6 3.5-10 8-10s8 4 8 10" fill="none" stroke="#fff" stroke-width="2.6"/>
<path d="M16 11v10M11.5 13.5V21M20.5 13.5V21" stroke="#fff" stroke-width="1.6"/></svg>`;

/** In the page itself, as it is for when nothing else can be had; the look of the pages of auth. */
const STYLE = `
* { box-sizing: border-box; }
body { display: grid; grid-template-rows: auto 1fr; min-height: 100vh; margin: 0; color: #1c2b3f; background: #f3f6fa;
  font: 16px/1.5 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif; }
header { display: flex; gap: 14px; align-items: center; padding: 20px 24px; color: #fff; background: #0a1b33; border-bottom: 3px solid #f2b441; }
header svg { flex: none; border-radius: 9px; outline: 1px solid #ffffff38; }
header p { margin: 0; }
.product { font-size: 1.3rem; font-weight: 650; line-height: 1.25; }
.tagline { color: #cfdcf0; }
main { place-self: center; width: min(440px, 100% - 32px); margin: 32px 0; padding: 32px; background: #fff; border: 1px solid #c6d0de; border-radius: 12px; }
h1 { margin: 0; font-size: 1.5rem; font-weight: 650; }
main p { margin: 8px 0 0; color: #5c6b80; }
main a { display: block; margin-top: 24px; padding: 10px 16px; font-weight: 600; text-align: center; text-decoration: none; color: #fff;
  background: #1f6feb; border-radius: 8px; }
main a:hover { background: #1757bd; }
main a:focus-visible { outline: 3px solid #7aa7ec; outline-offset: 1px; }
`;

/** Headers of a plain page: nothing but its own style and the site's icon may be used. */
export const PLAIN_PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
    "img-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
};

/** The language of a person: the one chosen on the sign-in page or in the console, else what their browser prefers. */
export function languageOf({ cookie, 'accept-language': accepted }: IncomingHttpHeaders): 'en' | 'zh-CN' {
  return preferredLanguage(cookieValue(cookie, LANGUAGE_COOKIE) ?? accepted);
}

/** A page for a person where there is no console to show it; to be sent with {@link PLAIN_PAGE_HEADERS}. */
export function renderPlainPage({ title, text, link }: PlainPage, language: 'en' | 'zh-CN'): string {
  const anchor = link === undefined ? '' : `<a href="${link.href}">${link.label[language]}</a>`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title[language]} · ${PRODUCT[language]}</title><link rel="icon" href="/favicon.svg" type="image/svg+xml"><style>${STYLE}</style></head>
<body><header>${MARK}<div><p class="product">${PRODUCT[language]}</p><p class="tagline">${TAGLINE[language]}</p></div></header>
<main><h1>${title[language]}</h1><p>${text[language]}</p>${anchor}</main></body></html>\n`;
}
