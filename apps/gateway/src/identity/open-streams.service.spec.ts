import { EventEmitter } from 'node:events';
import { ServiceLifecycle } from '@app/service';
import type { LiveGatewayConfig } from '../gateway.config.js';
import type { Exchange } from '../proxy/exchange.js';
import { OpenStreams } from './open-streams.service.js';

function setup() {
  const lifecycle = new ServiceLifecycle();
  const sut = new OpenStreams({ value: { identity: { recheckSeconds: 30 } } } as unknown as LiveGatewayConfig, lifecycle);
  sut.onApplicationBootstrap();
  const open = (name: string, recheck: () => Promise<boolean> = () => Promise.resolve(true)) => {
    const response = Object.assign(new EventEmitter(), {
      isDestroyed: false,
      isEnded: false,
      destroy: () => (response.isDestroyed = true),
      end: () => (response.isEnded = true),
    });
    const identity = { tokenSha256: `token ${name}`, subject: `user ${name}`, clientId: 'client', recheck };
    sut.add({ identity, response } as unknown as Exchange);
    return response;
  };
  return { sut, open, lifecycle };
}

describe(OpenStreams.name, () => {
  it('closes the streams of a token, a user or a client that is revoked, and no others', () => {
    const { sut, open } = setup();
    const [a, b, c] = [open('a'), open('b'), open('c')];
    sut.revoke({ kind: 'token', tokenSha256: 'token a' });
    sut.revoke({ kind: 'user', sub: 'user b' });
    expect([a.isDestroyed, b.isDestroyed, c.isDestroyed]).toEqual([true, true, false]);
    sut.revoke({ kind: 'client', clientId: 'client' });
    expect(c.isDestroyed).toBe(true);
  });

  it('asks about every bearer, and closes the refused', async () => {
    const { sut, open } = setup();
    const [good, bad, unknown] = [
      open('good'),
      open('bad', () => Promise.resolve(false)),
      open('unknown', () => Promise.reject(new Error('auth is away'))),
    ];
    await sut.recheckAll();
    expect([good.isDestroyed, bad.isDestroyed, unknown.isDestroyed]).toEqual([false, true, false]);
  });

  it('ends all streams when the gateway stops', () => {
    const { open, lifecycle } = setup();
    const response = open('a');
    lifecycle.beginStop();
    expect([response.isEnded, response.isDestroyed]).toEqual([true, false]);
  });

  it('ends a stream that begins when the gateway is stopping already, after its head', async () => {
    const { open, lifecycle } = setup();
    lifecycle.beginStop();
    const response = open('late');
    expect(response.isEnded).toBe(false);
    await new Promise(setImmediate);
    expect([response.isEnded, response.isDestroyed]).toEqual([true, false]);
  });

  it('forgets a stream that is closed', () => {
    const { sut, open } = setup();
    const response = open('a');
    expect(sut.size).toBe(1);
    response.emit('close');
    expect(sut.size).toBe(0);
  });
});
