import { verifyInternalToken } from '@app/security';
import { createRemoteJWKSet } from 'jose';
import { startTokenIssuer, type TokenIssuer } from '@app/testing';

describe('startTokenIssuer', () => {
  let issuer: TokenIssuer;

  beforeAll(async () => {
    issuer = await startTokenIssuer();
  });
  afterAll(() => issuer.stop());

  const verify = (token: string) =>
    verifyInternalToken(token, createRemoteJWKSet(new URL(issuer.jwksUrl)), { issuer: issuer.issuer, audience: 'system' });

  it('signs tokens that services accept', async () => {
    const { principal } = await verify(await issuer.sign({ aud: 'system', permissions: ['system:areas:read'], area: '3301' }));
    expect(principal).toEqual({
      subject: 'test',
      kind: 'client',
      clientId: 'test',
      roles: [],
      permissions: ['system:areas:read'],
      area: '3301',
    });
  });

  it.each([
    ['has ended', { expiresInSeconds: -60 }, {}],
    ['is signed with another key', { withForeignKey: true }, {}],
    ['is of another type', { typ: 'at+jwt' }, {}],
    ['is for another service', {}, { aud: 'auth' }],
  ])('signs a token that %s, which services refuse', async (_, options, claims) => {
    await expect(verify(await issuer.sign({ aud: 'system', ...claims }, options))).rejects.toThrow();
  });
});
