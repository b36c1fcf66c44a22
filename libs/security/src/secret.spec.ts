import { hashSecret, randomSecret, verifySecret } from './secret.js';

describe('secrets', () => {
  it('are 256 random bits in base64url', () => {
    const secrets = Array.from({ length: 100 }, () => randomSecret());
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  });

  it('are verified against their SHA-256', () => {
    // FIPS 180-2, appendix B.1
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const secret = randomSecret();
    expect(verifySecret(hashSecret(secret), secret)).toBe(true);
    expect(verifySecret(hashSecret(secret), `${secret}x`)).toBe(false);
  });

  it.each(['', 'not hex', 'ba7816'])('are refused where what is stored is "%s"', (stored) => {
    expect(verifySecret(stored, '')).toBe(false);
  });
});
