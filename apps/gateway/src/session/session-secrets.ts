import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What the gateway does with its one secret: signs session ids, and encrypts what it keeps or hands out. */
export class SessionSecrets {
  constructor(private readonly secret: string) {}

  /** `id.signature`: the value of a cookie. */
  sign(id: string): string {
    return `${id}.${this.signatureOf(id).toString('base64url')}`;
  }

  /** The id of a cookie that was signed here, or undefined. */
  verify(value: string): string | undefined {
    const dot = value.indexOf('.');
    if (dot === -1) return undefined;
    const id = value.slice(0, dot);
    const given = Buffer.from(value.slice(dot + 1), 'base64url');
    const expected = this.signatureOf(id);
    return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
  }

  /**
   * Encrypts text (AES-256-GCM). The key depends on the secret and on `salt`: with a session's id as salt, neither the store nor the
   * secret alone reveals anything.
   */
  seal(text: string, salt: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keyFor(salt), nonce);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** The text of {@link seal}, or undefined when it was not sealed with this secret and salt, or was changed. */
  open(sealed: string, salt: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(ALGORITHM, this.keyFor(salt), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      // GCM's only word for every kind of wrong.
      return undefined;
    }
  }

  private keyFor(salt: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, salt, 'causeway-gateway-seal', KEY_BYTES));
  }

  private signatureOf(id: string): Buffer {
    return createHmac('sha256', this.secret).update(id).digest();
  }
}
