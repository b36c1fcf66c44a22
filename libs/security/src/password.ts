/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The native module is loaded by the first use only: most services never hash a password. */
const loadArgon2 = () => import('@node-rs/argon2');

/**
 * Hashes a person's password with argon2id, off the event loop.
 *
 * @returns the PHC string (`$argon2id$v=19$m=19456,t=2,p=1$...`)
 */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await loadArgon2();
  return hash(password.normalize('NFKC'), ARGON2ID);
}

/**
 * Whether a password is the one that was hashed; off the event loop, some 10 ms of one core.
 *
 * @param stored a PHC string of {@link hashPassword}
 * @throws Error when `stored` is not a PHC string
 */
export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  const { verify } = await loadArgon2();
  return verify(stored, password.normalize('NFKC'));
}
