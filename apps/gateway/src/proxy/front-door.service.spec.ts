import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceLifecycle } from '@app/service';
import type { LiveGatewayConfig } from '../gateway.config.js';
import type { RouteService } from '../route/route.service.js';
import type { ExchangeObserver } from './exchange-observer.service.js';
import { FrontDoor } from './front-door.service.js';
import type { ProxyService } from './proxy.service.js';

/** A front door without a route: it answers what it refuses, and leaves the rest. */
async function open(publicUrl: string, mayStillCome = false): Promise<{ server: Server; url: string }> {
  const config = { value: { publicUrl, trustedProxies: [], limits: { target: 100 } }, onChange: () => () => undefined };
  const sut = new FrontDoor(
    config as unknown as LiveGatewayConfig,
    { table: { find: () => undefined }, mayStillCome: () => mayStillCome } as unknown as RouteService,
    {} as unknown as ProxyService,
    { begin: () => undefined, end: () => undefined } as unknown as ExchangeObserver,
    new ServiceLifecycle(),
  );
  const server = createServer((request, response) => {
    if (!sut.handle(request, response)) response.writeHead(200, ['set-cookie', 'a=1', 'set-cookie', 'b=2']).end('left');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe(FrontDoor.name, () => {
  let server: Server;

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['https://causeway.example', 'max-age=31536000'],
    ['http://localhost:8080', null],
  ])('of %s says %s to every answer, its own and others', async (publicUrl, expected) => {
    const door = await open(publicUrl);
    server = door.server;
    const [left, refused] = [await fetch(`${door.url}/a`), await fetch(`${door.url}/${'a'.repeat(200)}`)];
    expect([left.status, refused.status]).toEqual([200, 414]);
    for (const { headers } of [left, refused]) expect(headers.get('strict-transport-security')).toBe(expected);
    expect(left.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('asks for patience where a route may still come, and does not leave the path to the console', async () => {
    const door = await open('http://localhost:8080', true);
    server = door.server;
    const answer = await fetch(`${door.url}/api/system/stations`, { method: 'POST' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    await expect(answer.json()).resolves.toMatchObject({ code: 'GW_NO_INSTANCE' });
  });
});
