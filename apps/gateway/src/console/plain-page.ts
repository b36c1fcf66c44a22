/** What a page without the console says. */
export interface PlainPage {
  title: { en: string; 'zh-CN': string };
  text: { en: string; 'zh-CN': string };
  link?: { href: string; label: { en: string; 'zh-CN': string } };
}

/** A page for a person where there is no console to show it: no script, no style that a policy would have to allow. */
export function renderPlainPage({ title, text, link }: PlainPage, language: 'en' | 'zh-CN'): string {
  const anchor = link === undefined ? '' : `<p><a href="${link.href}">${link.label[language]}</a></p>`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title[language]}</title></head><body><h1>${title[language]}</h1><p>${text[language]}</p>${anchor}</body></html>\n`;
}
