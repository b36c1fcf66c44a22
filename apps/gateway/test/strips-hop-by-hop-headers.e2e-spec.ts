import { request } from 'node:http';
import { GatewayRig, START_TIMEOUT_MS, TOKEN } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream((_, response) => {
    response.writeHead(200, {
      connection: 'keep-alive, x-inner',
      'x-inner': 'secret',
      'keep-alive': 'timeout=5',
      'proxy-authenticate': 'Basic',
      'set-cookie': ['a=1', 'b=2'],
      'x-outer': 'told',
    });
    response.end('ok');
  });
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

function ask(headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ port: rig.port, path: '/api/demo/x', headers: { authorization: `Bearer ${TOKEN}`, ...headers } }, (response) => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}

describe('hop-by-hop headers', () => {
  it('of a request do not reach the upstream, nor what Connection names', async () => {
    await ask({
      connection: 'keep-alive, X-Private',
      'x-private': '1',
      te: 'trailers',
      'proxy-authorization': 'Basic YTpi',
      'x-public': '2',
    });
    const { headers } = upstream.seen.at(-1)!;
    expect(headers).toMatchObject({ 'x-public': '2', connection: 'keep-alive' });
    for (const name of ['x-private', 'te', 'proxy-authorization', 'upgrade']) expect(headers).not.toHaveProperty(name);
  });

  it('of an answer do not reach the client, nor what Connection names', async () => {
    const answer = await rig.call('/api/demo/x');
    expect(answer.headers.get('x-outer')).toBe('told');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    for (const name of ['x-inner', 'proxy-authenticate']) expect(answer.headers.get(name)).toBeNull();
    expect(await answer.text()).toBe('ok');
  });

  it('cannot be used to take the credential off a request', async () => {
    await ask({ connection: 'authorization, host' });
    const { headers } = upstream.seen.at(-1)!;
    expect(headers.authorization).toMatch(/^Bearer .+\..+/);
    expect(headers.host).toBe(`127.0.0.1:${upstream.port}`);
  });
});
