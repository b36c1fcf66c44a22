import { randomBytes } from 'node:crypto';
import { deriveKey } from './derive-key.js';
import { decrypt, encrypt } from './key-cipher.js';

const key = randomBytes(32);

describe('the cipher of keys at rest', () => {
  it('opens what it sealed, and seals no text twice alike', () => {
    const sealed = [encrypt(key, 'text', 'kid'), encrypt(key, 'text', 'kid')];
    expect(sealed[0]).not.toBe(sealed[1]);
    expect(sealed.map((text) => decrypt(key, text, 'kid'))).toEqual(['text', 'text']);
  });

  it.each<[string, (sealed: string) => [key: Buffer, sealed: string, context: string]]>([
    ['with another key', (sealed) => [randomBytes(32), sealed, 'kid']],
    ['in another place', (sealed) => [key, sealed, 'other']],
    ['when a character was changed', (sealed) => [key, sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA'), 'kid']],
    ['when its tag was shortened', (sealed) => [key, sealed.replace(/^(v1\.[^.]+\.[^.]{4})[^.]*/, '$1'), 'kid']],
    ['when a part is missing', (sealed) => [key, sealed.split('.').slice(0, 3).join('.'), 'kid']],
    ['of an unknown version', (sealed) => [key, sealed.replace('v1', 'v2'), 'kid']],
  ])('does not open a text %s', (_, change) => {
    expect(() => decrypt(...change(encrypt(key, 'text', 'kid')))).toThrow();
  });
});

describe(deriveKey.name, () => {
  it('gives each purpose a key of its own, the same each time', () => {
    const encryptionKey = key.toString('base64url');
    const keys = [deriveKey(encryptionKey, 'cookies'), deriveKey(encryptionKey, 'signing-keys'), deriveKey(encryptionKey, 'cookies')];
    expect(keys[0]).toHaveLength(32);
    expect(keys[0]?.equals(keys[1]!)).toBe(false);
    expect(keys[0]?.equals(keys[2]!)).toBe(true);
  });
});
