import { createI18n } from 'vue-i18n';
import { en } from './en';
import { zhCN } from './zh-cn';

/** The console's languages. */
export const LANGUAGES = ['zh-CN', 'en'] as const;

export type Language = (typeof LANGUAGES)[number];

const STORAGE_KEY = 'causeway.language';

function initialLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  const wanted = stored ?? navigator.language;
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const i18n = createI18n({ legacy: false, locale: initialLanguage(), fallbackLocale: 'en', messages: { 'zh-CN': zhCN, en } });

/** Changes the language now and for the next visits. */
export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = language;
}

document.documentElement.lang = i18n.global.locale.value;
