import { Redis } from 'ioredis';
import { authorizeUrl, newPkce, PASSWORD, Rig, START_TIMEOUT_MS } from './rig.js';

describe('the sign-in page', () => {
  let rig: Rig;
  let redis: Redis;

  beforeAll(async () => {
    rig = await Rig.start({ AUTH_THROTTLE_PER_ACCOUNT_AND_ADDRESS: '3', AUTH_THROTTLE_WINDOW_SECONDS: '60' });
    redis = new Redis(rig.redis.url);
  }, START_TIMEOUT_MS);
  // No failure of one test counts in the next.
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await rig.stop();
  });

  const open = async (headers: Record<string, string> = {}, params: Record<string, string> = {}) => {
    const browser = rig.browser();
    const start = await browser.ask(authorizeUrl(newPkce(), params));
    const path = start.headers.get('location') ?? '';
    return { browser, path, page: await browser.ask(path, { headers }) };
  };
  const tryPassword = async (username: string, password: string, headers: Record<string, string> = {}) => {
    const { browser, path } = await open();
    return browser.submit(`${path}/login`, { username, password }, headers);
  };

  it('has labelled fields, no script, and strict headers', async () => {
    const { page } = await open();
    const text = await page.text();
    expect(text).toContain('Causeway Overload Control');
    expect(text).toMatch(/<label for="username">/);
    expect(text).toMatch(/<input\s+id="username"\s+name="username"[^>]*\sautocomplete="username"/);
    expect(text).toMatch(/<label for="password">/);
    expect(text).toMatch(/<input\s+id="password"\s+name="password"\s+type="password"[^>]*\sautocomplete="current-password"/);
    expect(text).not.toMatch(/<script|<style| style=| on\w+=/i);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|script-src/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const styleSheet = await fetch(`${rig.service.url}${/href="(\/oauth2\/assets\/pages\.css[^"]*)"/.exec(text)?.[1] ?? ''}`);
    expect(styleSheet.status).toBe(200);
    expect(styleSheet.headers.get('content-type')).toMatch('text/css');
  });

  it('lets browsers keep each of its files for ever under the address of its version, and under no other', async () => {
    const text = await (await open()).page.text();
    const addresses = [...new Set([...text.matchAll(/(?:href|src)="(\/oauth2\/assets\/[^"]+)"/g)].map(([, address = '']) => address))];
    expect(addresses).toHaveLength(2);
    const cacheControl = async (address: string) => (await fetch(`${rig.service.url}${address}`)).headers.get('cache-control');
    for (const address of addresses) {
      expect(await cacheControl(address)).toMatch('immutable');
      for (const other of [address.replace(/\?.*/, ''), address.replace(/v=.*/, 'v=0')]) expect(await cacheControl(other)).toBe('no-cache');
    }
  });

  it('speaks Chinese or English by Accept-Language, and remembers what it was switched to', async () => {
    const { browser, path, page } = await open({ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
    const text = await page.text();
    expect(text).toContain('<html lang="zh-CN">');
    expect(text).toContain('密码');
    expect(text).toContain(`href="${path}?lang=en"`);
    expect(await (await browser.ask(`${path}?lang=en`)).text()).toContain('<html lang="en">');
    const later = await browser.ask(path, { headers: { 'accept-language': 'zh-CN' } });
    expect(await later.text()).toContain('<html lang="en">');
  });

  it('escapes what came from outside', async () => {
    const answer = await tryPassword('"><img src=x onerror=alert(1)>', 'x');
    const text = await answer.text();
    expect(answer.status).toBe(401);
    expect(text).not.toContain('<img src=x');
    expect(text).toContain('&quot;&gt;&lt;img');
  });

  it('answers a wrong password and an unknown account alike', async () => {
    const wrong = await tryPassword('user-u-1', 'wrong');
    const unknown = await tryPassword('user-u-9', 'wrong');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const normalize = async (answer: Response) => (await answer.text()).replaceAll(/user-u-\d|interaction\/[\w-]+/g, '');
    const [first, second] = [await normalize(wrong), await normalize(unknown)];
    expect(first).toContain('The username or password is not right.');
    expect(second).toBe(first);
  });

  it('answers a disabled person like a wrong password', async () => {
    const enabled = rig.people.byId.get('u-2')!;
    rig.people.byId.set('u-2', { ...enabled, enabled: false });
    const answer = await tryPassword('user-u-2', PASSWORD);
    rig.people.byId.set('u-2', enabled);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('The username or password is not right.');
  });

  it('takes as long for an unknown account as for a wrong password', async () => {
    const time = async (username: string) => {
      const start = performance.now();
      await tryPassword(username, 'wrong');
      return performance.now() - start;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      unknown.push(await time(`nobody-${round}`));
      await rig.database.query(`UPDATE credential SET username = $1 WHERE user_id = 'u-1'`, [`somebody-${round}`]);
      known.push(await time(`somebody-${round}`));
    }
    await rig.database.query(`UPDATE credential SET username = 'user-u-1' WHERE user_id = 'u-1'`);
    // The quickest of each: other work on the machine only ever adds.
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it.each([
    ['another origin', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['an opaque origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['another origin of an old browser', { origin: 'https://evil.example', 'sec-fetch-site': '' }],
  ])('refuses a form that %s sends', async (_, headers) => {
    const answer = await tryPassword('user-u-1', PASSWORD, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('location')).toBeNull();
  });

  it('refuses a form without the cookie of its interaction', async () => {
    const { path } = await open();
    const answer = await rig.browser().submit(`${path}/login`, { username: 'user-u-1', password: PASSWORD });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('expired');
  });

  it('refuses an interaction that the cookie is not of', async () => {
    const [mine, theirs] = [await open(), await open()];
    const answer = await mine.browser.submit(`${theirs.path}/login`, { username: 'user-u-1', password: PASSWORD });
    expect(answer.status).toBe(400);
  });

  it('stops after too many failures, the right password included, and says for how long', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) expect((await tryPassword('user-u-2', 'wrong')).status).toBe(401);
    const answer = await tryPassword('User-U-2', PASSWORD);
    expect(answer.status).toBe(429);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await answer.text()).toContain(`Try again in ${seconds} seconds.`);
  });

  it('stops for accounts that do not exist too', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) expect((await tryPassword('ghost', 'wrong')).status).toBe(401);
    expect((await tryPassword('ghost', 'wrong')).status).toBe(429);
  });

  it('lets nobody lock an account for its owner, who is somewhere else', async () => {
    const at = (address: string) => ({ 'x-forwarded-for': address });
    for (let attempt = 0; attempt < 3; attempt += 1) await tryPassword('user-u-2', 'wrong', at('203.0.113.1'));
    expect((await tryPassword('user-u-2', PASSWORD, at('203.0.113.1'))).status).toBe(429);
    expect((await tryPassword('user-u-2', PASSWORD, at('203.0.113.2'))).status).toBe(303);
  });

  it('says on the page that it is not possible now while the database is away, and counts no attempt', async () => {
    await rig.database.query('ALTER TABLE credential RENAME TO credential_away');
    const answers = [];
    for (let attempt = 0; attempt < 4; attempt += 1) answers.push(await tryPassword('user-u-2', PASSWORD));
    await rig.database.query('ALTER TABLE credential_away RENAME TO credential');
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(answers[0]!.headers.get('content-type')).toMatch('text/html');
    expect(await answers[0]!.text()).toContain('This is not possible at the moment');
    expect((await tryPassword('user-u-2', PASSWORD)).status).toBe(303);
  });

  it('is not fooled by attempts at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => tryPassword('racer', 'wrong')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it('forgets failures when a sign-in succeeds', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (let attempt = 0; attempt < 2; attempt += 1) expect((await tryPassword('user-u-1', 'wrong')).status).toBe(401);
      expect((await tryPassword('user-u-1', PASSWORD)).status).toBe(303);
    }
  });

  it('writes down who signed in and who was refused, without what they typed', async () => {
    await tryPassword('user-u-1', 'a-typed-secret');
    await tryPassword('user-u-1', PASSWORD);
    const logs = (await rig.service.logs()).filter(({ audit }) => audit === true);
    expect(logs).toContainEqual(expect.objectContaining({ event: 'sign_in', sub: 'u-1', clientId: 'gateway', address: '127.0.0.1' }));
    expect(logs).toContainEqual(expect.objectContaining({ event: 'sign_in_refused', reason: 'wrong_credentials' }));
    const output = await rig.service.output();
    for (const secret of ['a-typed-secret', PASSWORD, rig.gateway.clientSecret, rig.encryptionKey, 'user-u-1'])
      expect(output).not.toContain(secret);
  });
});
