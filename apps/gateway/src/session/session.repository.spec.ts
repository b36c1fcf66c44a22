import type { RedisClient } from '@app/redis';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { SessionSecrets } from './session-secrets.js';
import { SessionRepository } from './session.repository.js';

const IDLE_SECONDS = 1_000;
const SESSION = { accessToken: 'a', accessExpiresAt: 1, endsAt: 2 };

function setup(stored: object, secondsLeft: number) {
  const secrets = new SessionSecrets('one secret of thirty-two characters');
  const written: unknown[][] = [];
  const redis = {
    get: () => Promise.resolve(secrets.seal(JSON.stringify(stored), 'id')),
    ttl: () => Promise.resolve(secondsLeft),
    expire: (_key: string, seconds: number) => Promise.resolve(written.push(['expire', seconds])),
    set: (_key: string, _value: string, ...options: unknown[]) => Promise.resolve(written.push(options)),
  };
  const config = { value: { session: { idleSeconds: IDLE_SECONDS } } } as unknown as LiveGatewayConfig;
  return { sut: new SessionRepository(config, redis as unknown as RedisClient, secrets), written };
}

describe(SessionRepository.name, () => {
  it('writes nothing for a session that was used a moment ago', async () => {
    const { sut, written } = setup(SESSION, 950);
    await expect(sut.use('id')).resolves.toEqual(SESSION);
    expect(written).toEqual([]);
  });

  it('begins the idle time anew when a part of it has passed', async () => {
    const { sut, written } = setup(SESSION, 850);
    await expect(sut.use('id')).resolves.toEqual(SESSION);
    expect(written).toEqual([['expire', IDLE_SECONDS]]);
  });

  it('does not count looking, nor new tokens, as use', async () => {
    const { sut, written } = setup(SESSION, 10);
    await expect(sut.find('id')).resolves.toEqual(SESSION);
    await sut.replace('id', SESSION);
    expect(written).toEqual([['KEEPTTL', 'XX']]);
  });

  it('takes a session of another shape, as an older gateway stored it, for none', async () => {
    await expect(setup({ token: 'a' }, 950).sut.find('id')).resolves.toBeUndefined();
  });
});
