import { chooseLanguage, readCookie } from './language.js';
import { TEXTS } from './texts.js';

describe(chooseLanguage.name, () => {
  it.each([
    [{}, 'en'],
    [{ acceptLanguage: 'zh-CN,zh;q=0.9,en;q=0.8' }, 'zh-CN'],
    [{ acceptLanguage: 'fr, en-GB;q=0.9, zh;q=0.1' }, 'en'],
    [{ acceptLanguage: 'en', uiLocales: 'zh-CN en' }, 'zh-CN'],
    [{ acceptLanguage: 'en', cookie: 'zh-CN' }, 'zh-CN'],
    [{ cookie: 'zh-CN', query: 'en' }, 'en'],
    [{ cookie: 'xx', query: ['en', 'zh-CN'], acceptLanguage: 'zh' }, 'zh-CN'],
  ])('makes of %j: %s', (wishes, expected) => {
    expect(chooseLanguage(wishes)).toBe(expected);
  });
});

describe(readCookie.name, () => {
  it('finds the cookie of exactly that name', () => {
    expect(readCookie('a_b=1; a=2; c=3=4', 'a')).toBe('2');
    expect(readCookie('a_b=1; c=3=4', 'c')).toBe('3=4');
    expect(readCookie('a_b=1', 'a')).toBeUndefined();
    expect(readCookie(undefined, 'a')).toBeUndefined();
  });
});

describe('the texts', () => {
  it('have the same places for values in both languages', () => {
    const placesOf = (texts: object): unknown[] =>
      Object.values(texts).map((text: unknown) =>
        typeof text === 'string' ? [...text.matchAll(/\{\w+\}/g)].map(String).sort() : placesOf(text as object),
      );
    expect(placesOf(TEXTS['zh-CN'])).toEqual(placesOf(TEXTS.en));
  });
});
