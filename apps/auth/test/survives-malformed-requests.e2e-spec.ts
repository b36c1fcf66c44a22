import { basic, Rig, START_TIMEOUT_MS } from './rig.js';

/** The same sequence for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PATHS = [
  '/oauth2/token',
  '/oauth2/introspect',
  '/oauth2/revoke',
  '/oauth2/userinfo',
  '/oauth2/authorize',
  '/oauth2/authorize/abc',
  '/oauth2/jwks',
  '/oauth2/logout',
  '/oauth2/logout/confirm',
  '/oauth2/logout/success',
  '/oauth2/interaction/abc',
  '/oauth2/interaction/abc/login',
  '/oauth2/interaction/abc/consent',
  '/oauth2/interaction/%00/abort',
  '/oauth2/interaction/%zz',
  '/oauth2/assets/../../etc/passwd',
  '/oauth2/assets/%2e%2e%2fseed.json',
  '/.well-known/openid-configuration',
  '/oauth2/%E0%A4%A',
  '/oauth2//token',
];
const NAMES = [
  ...[
    'grant_type',
    'client_id',
    'client_secret',
    'code',
    'code_verifier',
    'redirect_uri',
    'refresh_token',
    'scope',
    'token',
    'token_type_hint',
  ],
  ...[
    'subject_token',
    'subject_token_type',
    'audience',
    'requested_token_type',
    'response_type',
    'code_challenge',
    'code_challenge_method',
  ],
  ...['state', 'nonce', 'prompt', 'max_age', 'claims', 'request', 'request_uri', 'id_token_hint', 'post_logout_redirect_uri', 'ui_locales'],
  ...[
    'resource',
    'response_mode',
    'login_hint',
    'acr_values',
    'username',
    'password',
    'lang',
    'xsrf',
    'logout',
    '__proto__',
    'constructor',
  ],
];
const VALUES = [
  ...[
    '',
    ' ',
    '\0',
    '\u{1F600}',
    '💥'.repeat(50),
    'a'.repeat(5_000),
    '{}',
    '[]',
    'null',
    '-1',
    '1e309',
    '%',
    '%00',
    '%zz',
    '../../..',
    '<script>',
  ],
  ...[
    'gateway',
    'station',
    'partner',
    'constructor',
    '__proto__',
    'client_credentials',
    'authorization_code',
    'refresh_token',
    'code',
    'token',
  ],
  ...[
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:token-type:access_token',
    'system',
    'S256',
    'plain',
    'none',
  ],
  ...['openid', 'openid profile', 'login', 'consent', 'form_post', 'query', 'http://localhost:26080/login/callback', 'javascript:alert(1)'],
  ...['eyJhbGciOiJub25lIn0.e30.', 'eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJnYXRld2F5In0.AAAA', '\ud800', "' OR 1=1 --", '$argon2id$v=19$m=1'],
];
const TYPES = [
  ...[
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/x-www-form-urlencoded; charset=nope',
  ],
  ...[
    'application/json',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'text/plain',
    'x',
    '',
    'application/x-www-form-urlencoded;;;',
  ],
];

const AUTHORIZATIONS = ['Basic', 'Basic ', 'Basic OjpA', `Basic ${'A'.repeat(3_000)}`, 'Bearer', 'Bearer a b', 'Bearer x', 'DPoP x', '%'];

type Pick = <T>(values: readonly T[]) => T;

function makeRequest(pick: Pick, random: () => number, credentials: readonly string[]): { path: string; init: RequestInit } {
  const params = new URLSearchParams();
  for (let count = Math.floor(random() * 8); count > 0; count -= 1) params.append(pick(NAMES), pick(VALUES));
  const method = pick(['GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']);
  const headers = new Headers({ cookie: pick(['', 'causeway_auth_26080=x', 'causeway_auth_26080=x; causeway_auth_26080.sig=y', ';;=']) });
  if (random() < 0.6) headers.set('authorization', pick([...AUTHORIZATIONS, ...credentials]));
  if (random() < 0.2) headers.set('accept', pick(['text/html', '*/*', 'x', 'application/json;q=0', ';']));
  if (random() < 0.2) headers.set('origin', pick(['null', 'https://evil.example', 'x']));
  const path = pick(PATHS);
  if (method === 'GET' || method === 'HEAD') return { path: `${path}?${params.toString()}`, init: { method, headers } };
  headers.set('content-type', pick(TYPES));
  const body = pick([params.toString(), params.toString(), '{"a":', 'a=%zz&&&=', '\u0000\u0001', 'x'.repeat(80_000)]);
  return { path, init: { method, headers, body } };
}

describe('malformed requests', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start({ AUTH_LIMITS_FAILURES: '1000000', AUTH_LIMITS_PAGES: '1000000' });
  }, START_TIMEOUT_MS);
  afterAll(() => rig.stop());

  it('get no 5xx and no stack, 1,000 times over every endpoint', async () => {
    const random = createRandom(20_261_121);
    const pick: Pick = (values) => values[Math.floor(random() * values.length)]!;
    const bad: string[] = [];
    for (let round = 0; round < 1_000; round += 1) {
      const request = makeRequest(pick, random, [rig.gateway, rig.station, rig.partner].map(basic));
      const answer = await fetch(`${rig.service.url}${request.path}`, { ...request.init, redirect: 'manual' });
      const text = await answer.text();
      const isBad = answer.status >= 500 || /\bat .+:\d+:\d+|node_modules/.test(text);
      if (isBad) bad.push(`${JSON.stringify(request).slice(0, 2_000)} -> ${answer.status} ${text.slice(0, 200)}`);
    }
    expect(bad).toEqual([]);
    expect((await rig.machineToken()).length).toBe(43);
    expect(await (await fetch(`${rig.service.url}/health/ready`)).json()).toMatchObject({ status: 'up' });
  }, 120_000);

  it(
    'get 429 with Retry-After when there are too many failures from one address',
    async () => {
      const limited = await rig.startInstance({ AUTH_LIMITS_FAILURES: '5' });
      const fail = (address: string) =>
        fetch(`${limited.url}/oauth2/token`, { method: 'POST', headers: { 'x-forwarded-for': `198.51.100.9, ${address}` } });
      for (let count = 0; count < 5; count += 1) expect((await fail('203.0.113.1')).status).toBe(401);
      const refused = await fail('203.0.113.1');
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await fail('203.0.113.2')).status).toBe(401);
      await limited.stop();
    },
    START_TIMEOUT_MS,
  );
});
