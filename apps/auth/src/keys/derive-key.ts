import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * A key for one purpose, derived from the service's encryption key (HKDF-SHA-256, RFC 5869).
 *
 * @param encryptionKey 32 bytes in base64url
 * @param purpose two purposes never share a key
 */
export function deriveKey(encryptionKey: string, purpose: 'signing-keys' | 'cookies'): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(encryptionKey, 'base64url'), 'causeway-auth', purpose, KEY_BYTES));
}
