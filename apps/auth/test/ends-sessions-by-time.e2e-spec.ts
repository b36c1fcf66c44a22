import { waitFor } from '@app/testing';
import { authorizeUrl, newPkce, PASSWORD, Rig, START_TIMEOUT_MS } from './rig.js';

describe('a session of the authorization server', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start({ AUTH_TTL_SESSION: '5' });
  }, START_TIMEOUT_MS);
  afterAll(() => rig.stop());

  it('ends its time after the sign-in, however much it is used: then a password is asked for', async () => {
    const { browser } = await rig.signIn();
    const ask = async () => browser.follow(await browser.ask(authorizeUrl(newPkce())));
    expect((await ask()).headers.get('location')).toMatch('code=');
    // Each of these is a use.
    const page = await waitFor(
      async () => {
        const answer = await ask();
        return answer.status === 200 ? answer.text() : undefined;
      },
      { timeoutMs: 20_000, what: 'The sign-in page' },
    );
    expect(page).toContain('name="password"');
  });

  it('is forgotten when the browser is closed', async () => {
    const browser = rig.browser();
    const start = await browser.ask(authorizeUrl(newPkce()));
    const form = { username: 'user-u-1', password: PASSWORD };
    const resume = await browser.submit(`${start.headers.get('location') ?? ''}/login`, form);
    const done = await browser.ask(resume.headers.get('location') ?? '');
    const cookies = done.headers.getSetCookie().filter((cookie) => /^causeway_auth_26080(\.sig)?=/.test(cookie));
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) expect(cookie).not.toMatch(/expires|max-age/i);
  });
});
