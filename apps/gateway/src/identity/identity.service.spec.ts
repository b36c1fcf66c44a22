import type { RevocationEvent } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import type { LiveGatewayConfig } from '../gateway.config.js';
import type { AuthClient } from './auth.client.js';
import { IdentityService, sha256 } from './identity.service.js';
import { parseRevocation } from './revocation.consumer.js';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function internalJwt(sub: string, kind: 'user' | 'client'): string {
  const claims = { iss: 'i', aud: 'a', sub, iat: 1, exp: 61, jti: 'j', kind, client_id: `client of ${sub}`, roles: [], permissions: [] };
  return `${encode({})}.${encode(claims)}.s`;
}

function setup(expiresIn = 60) {
  const asked: string[] = [];
  const auth = {
    exchange: (token: string) => {
      asked.push(token);
      if (token.startsWith('bad')) return Promise.reject(new AppError(CommonError.UNAUTHENTICATED));
      return Promise.resolve({ access_token: internalJwt(token, token.startsWith('machine') ? 'client' : 'user'), expires_in: expiresIn });
    },
  };
  const config = { value: { identity: { cacheSeconds: 30, cacheEntries: 10 } } } as unknown as LiveGatewayConfig;
  const sut = new IdentityService(config, auth as unknown as AuthClient);
  return { sut, asked };
}

const isRemembered = (sut: IdentityService, token: string) => sut.remembered(sha256(token), 'system') !== undefined;

describe(IdentityService.name, () => {
  it('remembers nothing before revocations are heard', async () => {
    const { sut, asked } = setup();
    await sut.internalToken('a', 'system');
    await sut.internalToken('a', 'system');
    expect(asked).toEqual(['a', 'a']);
    sut.beginRemembering();
    await sut.internalToken('a', 'system');
    await sut.internalToken('a', 'system');
    expect(asked).toHaveLength(3);
    sut.stopRemembering();
    expect(isRemembered(sut, 'a')).toBe(false);
  });

  it('keeps the tokens of services apart', async () => {
    const { sut, asked } = setup();
    sut.beginRemembering();
    await sut.internalToken('a', 'system');
    await sut.internalToken('a', 'dynamic');
    expect(asked).toHaveLength(2);
  });

  it('does not remember a token that is about to end', async () => {
    const { sut } = setup(10);
    sut.beginRemembering();
    await sut.internalToken('a', 'system');
    expect(isRemembered(sut, 'a')).toBe(false);
  });

  it('asks once about a refused token, for a moment, and forgets nothing good for it', async () => {
    const { sut, asked } = setup();
    sut.beginRemembering();
    await sut.internalToken('a', 'system');
    for (let turn = 0; turn < 20; turn += 1) {
      await expect(sut.internalToken('bad', 'system')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(sut.internalToken(`bad ${turn}`, 'system')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect(asked.filter((token) => token === 'bad')).toHaveLength(1);
    expect(isRemembered(sut, 'a')).toBe(true);
  });

  it.each<[RevocationEvent, string[]]>([
    [{ kind: 'token', tokenSha256: sha256('a') }, ['b', 'machine']],
    [{ kind: 'user', sub: 'b' }, ['a', 'machine']],
    [{ kind: 'client', clientId: 'client of machine' }, ['a', 'b']],
  ])('forgets what %j is about', async (event, left) => {
    const { sut } = setup();
    sut.beginRemembering();
    for (const token of ['a', 'b', 'machine']) await sut.internalToken(token, 'system');
    sut.forget(event);
    expect(['a', 'b', 'machine'].filter((token) => isRemembered(sut, token))).toEqual(left);
  });
});

describe(parseRevocation.name, () => {
  it('reads a revocation, and nothing else', () => {
    expect(parseRevocation('{"kind":"user","sub":"u"}')).toEqual({ kind: 'user', sub: 'u' });
    for (const text of ['', '{', '{"kind":"user"}', '{"kind":"all"}', '1']) expect(parseRevocation(text)).toBeUndefined();
  });
});
