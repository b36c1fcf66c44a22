import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { CHROMIUM, launchBrowser } from './support/browser.ts';
import { generatePasses } from './support/generate.ts';
import { eventually, type Platform, startPlatform } from './support/platform.ts';

/** Set to a folder, every page is also saved there as a picture. */
const PICTURES = process.env.CAUSEWAY_PICTURES;

const VIEWPORTS = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const LOCALES = ['zh-CN', 'en-GB'] as const;

(CHROMIUM === undefined ? describe.skip : describe)('the console in a browser (skipped where no Chromium is installed)', () => {
  let platform: Platform;
  let browser: Browser;
  const closing: (() => Promise<void>)[] = [];
  const failures: string[] = [];

  beforeAll(async () => {
    platform = await startPlatform();
    closing.push(platform.stop);
    browser = await launchBrowser();
    closing.push(() => browser.close());
  }, 180_000);

  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  // Of one test: an event stream that ends at sign-out and a refused password are failures to the browser's console, too.
  beforeEach(() => {
    failures.length = 0;
  });

  async function open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') failures.push(message.text());
    });
    await page.goto(platform.credentials.address);
    return page;
  }

  async function signIn(page: Page, username = 'officer'): Promise<void> {
    const user = platform.credentials.users.find((candidate) => candidate.username === username);
    await page.fill('input[name=username]', username);
    await page.fill('input[name=password]', user?.password ?? '');
    await page.click('button[type=submit]');
    await page.waitForURL(`${platform.credentials.address}/live`);
  }

  async function postPasses(count: number, seed: number): Promise<void> {
    const now = Date.now();
    const passes = await generatePasses({ count, seed, from: new Date(now - 60_000).toISOString(), to: new Date(now).toISOString() });
    const response = await fetch(`${platform.credentials.address}/api/dynamic/streams/pass-records`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await platform.token('station')}`, 'content-type': 'application/x-ndjson' },
      body: passes.map((pass) => JSON.stringify(pass)).join('\n'),
    });
    expect(response.status).toBe(200);
  }

  async function count(locator: Locator): Promise<number> {
    return Number((await locator.textContent())?.replaceAll(',', ''));
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (PICTURES === undefined) return;
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  it('signs in, sees a weighing appear on the live page without reload, and signs out', async () => {
    const context = await browser.newContext({ locale: 'en-GB', viewport: VIEWPORTS.wide });
    const page = await open(context);
    await signIn(page);
    await page.getByText('Live', { exact: true }).and(page.locator('.state')).waitFor();
    const passesToday = page.locator('[data-test=passes-today]');
    const before = await count(passesToday);
    await postPasses(400, 11);
    await eventually('the live page counts the new passes', async () => ((await count(passesToday)) > before ? true : undefined));
    await page.locator('[data-test=overload-row]').first().waitFor();
    expect(failures).toEqual([]);
    await page.click('[data-test=sign-out]');
    await page.waitForURL(/\/oauth2\/interaction\//);
    await page.goto(`${platform.credentials.address}/live`);
    await page.waitForURL(/\/oauth2\//);
    await context.close();
  }, 90_000);

  it('speaks the language that was chosen on the sign-in page', async () => {
    const context = await browser.newContext({ locale: 'en-GB', viewport: VIEWPORTS.wide });
    const page = await open(context);
    await page.click('text=中文');
    await page.waitForSelector('html[lang=zh-CN]');
    await signIn(page);
    await page.waitForSelector('html[lang=zh-CN]');
    expect(await page.textContent('h1')).toBe('实时监控');
    await context.close();
  });

  it('refuses a wrong password without saying which part is wrong', async () => {
    const context = await browser.newContext({ locale: 'en-GB', viewport: VIEWPORTS.wide });
    const page = await open(context);
    const refusalOf = async (username: string) => {
      await page.fill('input[name=username]', username);
      await page.fill('input[name=password]', 'not the password');
      await Promise.all([page.waitForResponse((response) => response.request().method() === 'POST'), page.click('button[type=submit]')]);
      expect(page.url()).toContain('/oauth2/');
      return page.locator('[role=alert]').textContent();
    };
    const wrongPassword = await refusalOf('officer');
    expect(wrongPassword).toMatch(/\S/);
    expect(await refusalOf('nobody-at-all')).toBe(wrongPassword);
    await context.close();
  });

  describe.each(LOCALES)('in %s', (locale) => {
    it.each(Object.keys(VIEWPORTS) as (keyof typeof VIEWPORTS)[])(
      'fits a %s screen',
      async (viewport) => {
        const context = await browser.newContext({ locale, viewport: VIEWPORTS[viewport] });
        const page = await open(context);
        await page.locator('input[name=username]').waitFor();
        await picture(page, `sign-in-${viewport}-${locale}`);
        await signIn(page);
        await page.locator('[data-test=overload-row]').first().waitFor();
        await expectNoSidewaysScroll(page);
        await picture(page, `live-${viewport}-${locale}`);
        await page.goto(`${platform.credentials.address}/reports?by=city`);
        await eventually('the report shows passes', async () =>
          (await count(page.locator('[data-test=total-passes]'))) > 0 ? true : undefined,
        );
        await expectNoSidewaysScroll(page);
        await picture(page, `report-${viewport}-${locale}`);
        expect(failures).toEqual([]);
        await context.close();
      },
      90_000,
    );
  });

  async function expectNoSidewaysScroll(page: Page): Promise<void> {
    const excess = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(excess).toBeLessThanOrEqual(0);
  }
});
