import { hashPassword, verifyPassword } from './password.js';

describe(hashPassword.name, () => {
  it('makes an argon2id hash with the chosen costs, salted', async () => {
    const [first, second] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(second).not.toBe(first);
  });

  it('is undone by the same password only, however its characters were composed', async () => {
    const stored = await hashPassword('Zoe\u0308 密码');
    await expect(verifyPassword(stored, 'Zo\u00eb 密码')).resolves.toBe(true);
    await expect(verifyPassword(stored, 'Zoe 密码')).resolves.toBe(false);
  });
});
