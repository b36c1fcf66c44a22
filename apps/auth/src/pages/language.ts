import { preferredLanguage } from '@app/errors';
import type { Language } from './texts.js';

/** Where a wish for a language may be said; the first that is said counts. */
export interface LanguageWishes {
  /** Of the switch on the page. */
  query?: unknown;
  /** What the switch was set to before. */
  cookie?: string | undefined;
  /** OpenID Connect Core section 3.1.2.1. */
  uiLocales?: unknown;
  acceptLanguage?: string | undefined;
}

/** The language of a page. */
export function chooseLanguage({ query, cookie, uiLocales, acceptLanguage }: LanguageWishes): Language {
  const chosen = [query, cookie].find(isLanguage);
  if (chosen !== undefined) return chosen;
  return preferredLanguage(typeof uiLocales === 'string' ? uiLocales : acceptLanguage);
}

/** Whether a value names a language of the pages. */
export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'zh-CN';
}

/** The other language, to switch to. */
export function otherLanguage(language: Language): Language {
  return language === 'en' ? 'zh-CN' : 'en';
}

/** The value of one cookie of a `Cookie` header (RFC 6265 section 4.2). */
export function readCookie(header: string | undefined, name: string): string | undefined {
  return header
    ?.split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
