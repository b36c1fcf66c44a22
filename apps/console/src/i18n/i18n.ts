import { LANGUAGE_COOKIE, LANGUAGE_COOKIE_SECONDS } from '@app/contracts';
import { createI18n } from 'vue-i18n';
import { en } from './en';
import { zhCN } from './zh-cn';

/** The console's languages. */
export const LANGUAGES = ['zh-CN', 'en'] as const;

export type Language = (typeof LANGUAGES)[number];

/** What was chosen here or on the sign-in page, else what the browser prefers. */
function initialLanguage(): Language {
  const chosen = document.cookie.split('; ').find((pair) => pair.startsWith(`${LANGUAGE_COOKIE}=`));
  const wanted = chosen?.slice(LANGUAGE_COOKIE.length + 1) ?? navigator.language;
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const i18n = createI18n({ legacy: false, locale: initialLanguage(), fallbackLocale: 'en', messages: { 'zh-CN': zhCN, en } });

/** Changes the language now and for the next visits. */
export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${LANGUAGE_COOKIE}=${language}; Path=/; Max-Age=${LANGUAGE_COOKIE_SECONDS}; SameSite=Lax${secure}`;
  document.documentElement.lang = language;
}

document.documentElement.lang = i18n.global.locale.value;
