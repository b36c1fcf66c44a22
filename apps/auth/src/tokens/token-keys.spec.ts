import { hashId, tokenKeys } from './token-keys.js';

const tagOf = (key: string) => /\{([^}]+)\}/.exec(key)?.[1];

describe('token keys', () => {
  it('hold the SHA-256 of an id, never the id', () => {
    // FIPS 180-2, appendix B.1
    expect(hashId('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    for (const key of [tokenKeys.ofGrant('AccessToken', 'secret'), tokenKeys.alias('Session', 'uid', 'secret')]) {
      expect(key).not.toContain('secret');
      expect(key).toContain(hashId('secret'));
    }
  });

  it('put an item and its mark of consumption into one slot of a cluster', () => {
    const hashedId = hashId('code');
    expect(tagOf(tokenKeys.item('AuthorizationCode', hashedId))).toBe(hashedId);
    expect(tagOf(tokenKeys.consumed('AuthorizationCode', hashedId))).toBe(hashedId);
  });

  it('differ by model and by kind', () => {
    const hashedId = hashId('x');
    const keys = [
      tokenKeys.item('AccessToken', hashedId),
      tokenKeys.item('RefreshToken', hashedId),
      tokenKeys.consumed('RefreshToken', hashedId),
      tokenKeys.ofGrant('RefreshToken', 'x'),
      tokenKeys.ofGrant('AccessToken', 'x'),
      tokenKeys.alias('RefreshToken', 'uid', 'x'),
      tokenKeys.alias('RefreshToken', 'userCode', 'x'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
