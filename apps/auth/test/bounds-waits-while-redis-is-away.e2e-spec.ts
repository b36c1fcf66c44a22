import { authorizeUrl, newPkce, Rig, START_TIMEOUT_MS } from './rig.js';

/** Less than any wait without bound, more than every bounded one after the other on a slow machine. */
const BOUND_MS = 20_000;

describe('while the token store is away', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start();
  }, START_TIMEOUT_MS);
  afterAll(() => rig.stop());

  it(
    'says temporarily_unavailable within bounded time, to clients and to people, and is not ready',
    async () => {
      const browser = rig.browser();
      const start = await browser.ask(authorizeUrl(newPkce()));
      await rig.redis.kill();
      const begun = performance.now();
      const [token, page, ready] = await Promise.all([
        rig.post('/oauth2/token', rig.station, { grant_type: 'client_credentials' }),
        browser.ask(start.headers.get('location') ?? ''),
        fetch(`${rig.service.url}/health/ready`),
      ]);
      expect(performance.now() - begun).toBeLessThan(BOUND_MS);
      expect(token.status).toBe(503);
      expect(await token.json()).toEqual({ error: 'temporarily_unavailable', error_description: 'the token store cannot be reached now' });
      expect(page.status).toBe(503);
      expect(page.headers.get('retry-after')).toBe('1');
      expect(page.headers.get('content-type')).toMatch('text/html');
      expect(ready.status).toBe(503);
    },
    START_TIMEOUT_MS,
  );
});
