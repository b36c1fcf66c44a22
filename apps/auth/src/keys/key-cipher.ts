import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const IV_BYTES = 12;

/**
 * Encrypts with AES-256-GCM (NIST SP 800-38D) under a fresh 96-bit IV.
 *
 * @param context authenticated with the text: it decrypts in no other place
 * @returns `v1.<iv>.<tag>.<ciphertext>`, parts in base64url
 */
export function encrypt(key: Buffer, text: string, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [VERSION, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
}

/**
 * Opens what {@link encrypt} sealed.
 *
 * @throws Error when the key, the context or a bit of the text is another
 */
export function decrypt(key: Buffer, sealed: string, context: string): string {
  const [version, iv, tag, text, ...rest] = sealed.split('.');
  if (version !== VERSION || iv === undefined || tag === undefined || text === undefined || rest.length > 0) {
    throw new Error('not a sealed text');
  }
  const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
    .setAAD(Buffer.from(context))
    .setAuthTag(Buffer.from(tag, 'base64url'));
  return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8');
}
