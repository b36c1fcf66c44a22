import { SessionSecrets } from './session-secrets.js';

const secrets = new SessionSecrets('one secret of thirty-two characters');
const others = new SessionSecrets('another secret of many characters');

describe(SessionSecrets.name, () => {
  it('knows what it signed', () => {
    const value = secrets.sign('id');
    expect(secrets.verify(value)).toBe('id');
    expect(others.verify(value)).toBeUndefined();
    expect(secrets.verify(`x${value}`)).toBeUndefined();
    expect(secrets.verify(`${value}A`)).toBeUndefined();
    for (const junk of ['', '.', 'id', 'id.', 'id.x']) expect(secrets.verify(junk)).toBeUndefined();
  });

  it('opens what it sealed, with the same salt only', () => {
    const sealed = secrets.seal('浙江', 'salt');
    expect(sealed).not.toContain('浙江');
    expect(secrets.open(sealed, 'salt')).toBe('浙江');
    expect(secrets.open(sealed, 'other')).toBeUndefined();
    expect(others.open(sealed, 'salt')).toBeUndefined();
  });

  it('does not open what was changed', () => {
    const bytes = Buffer.from(secrets.seal('text', 'salt'), 'base64url');
    for (const index of [0, 13, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(secrets.open(changed.toString('base64url'), 'salt')).toBeUndefined();
    }
    expect(secrets.open('', 'salt')).toBeUndefined();
  });
});
