import { request } from 'node:http';
import { waitFor } from '@app/testing';
import { GATEWAY_SECRET, GatewayRig, START_TIMEOUT_MS, TOKEN } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

/** Every address of 127.0.0.0/8 is this machine's: what comes from here comes from a proxy. */
const PROXY = '127.0.0.2/32';
let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  rig = await GatewayRig.start({ env: { GATEWAY_TRUSTED_PROXIES: PROXY } });
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
        cookie: `mine=1; causeway_gateway_${rig.port}=x; causeway_gateway_1=not-of-this-port`,
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
    expect(headers.cookie).toBe('mine=1; causeway_gateway_1=not-of-this-port');
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

  it.each([
    ['a trusted proxy', '127.0.0.2', '203.0.113.9'],
    ['anyone else', '127.0.0.3', '127.0.0.3'],
  ])('about its address is believed of %s: the last hop that is no proxy', async (_, localAddress, expected) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': 'forged, 198.51.100.1, 203.0.113.9' };
    await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: rig.port, localAddress, path: '/api/demo/x', headers, agent: false }, (answer) => {
        answer.resume().on('end', resolve);
      })
        .on('error', reject)
        .end();
    });
    expect(upstream.seen.at(-1)!.headers['x-forwarded-for']).toBe(expected);
    const requestId = upstream.seen.at(-1)!.headers['x-request-id'];
    const line = await waitFor(async () => (await rig.gateway.logs()).find((found) => found.requestId === requestId));
    expect(line.remote).toBe(expected);
  });
});
