import { GATEWAY_SECRET, GatewayRig, START_TIMEOUT_MS, TOKEN } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream();
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

describe('what a client says of itself', () => {
  it('is replaced by what the gateway knows', async () => {
    const answer = await rig.call('/api/demo/x?y=1', {
      headers: {
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-prefix': '/evil',
        'x-forwarded-user': 'admin',
        forwarded: 'for=1.2.3.4',
        'x-real-ip': '1.2.3.4',
        'x-user-id': 'admin',
        'x-request-id': 'forged',
        cookie: 'mine=1; causeway_gateway_1=x',
      },
    });
    const { headers, url } = upstream.seen.at(-1)!;
    expect(url).toBe('/x?y=1');
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': `127.0.0.1:${rig.port}`,
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/api/demo',
      'x-request-id': answer.headers.get('x-request-id'),
    });
    expect(answer.headers.get('x-request-id')).not.toBe('forged');
    for (const name of ['forwarded', 'x-real-ip', 'x-user-id', 'x-forwarded-user']) expect(headers).not.toHaveProperty(name);
  });

  it('is exchanged: the upstream sees an internal token for itself, never the outside one', async () => {
    await rig.call('/api/demo/x');
    const [, claims = ''] = upstream.seen.at(-1)!.headers.authorization?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: 'demo', sub: 'station', kind: 'client' });
    expect(JSON.stringify(upstream.seen)).not.toContain(TOKEN);
    const basic = Buffer.from(`gateway:${GATEWAY_SECRET}`).toString('base64');
    expect(rig.auth.credentials.at(-1)).toBe(`Basic ${basic}`);
  });

  it('reaches auth as it is, with the true address of the client', async () => {
    const answer = await rig.fetch('/oauth2/jwks', {
      headers: { authorization: 'Basic YTpi', 'x-forwarded-for': '1.2.3.4', cookie: 'a=1' },
    });
    const { path, headers } = (await answer.json()) as { path: string; headers: Record<string, string> };
    expect(path).toBe('/oauth2/jwks');
    expect(headers).toMatchObject({ authorization: 'Basic YTpi', 'x-forwarded-for': '127.0.0.1', cookie: 'a=1' });
    expect(headers).not.toHaveProperty('x-forwarded-prefix');
  });
});
