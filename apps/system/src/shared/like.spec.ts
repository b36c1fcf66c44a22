import { containing, startingWith } from './like.js';

describe('patterns for LIKE', () => {
  it('finds a text anywhere, with its special characters as they stand', () => {
    expect(containing('50%_a\\b')).toBe('%50\\%\\_a\\\\b%');
  });

  it('finds codes below a division', () => {
    expect(startingWith('3301')).toBe('3301%');
  });
});
