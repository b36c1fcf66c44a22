import { toTimestamp } from './postgres-time.js';

describe('toTimestamp', () => {
  it('gives ISO 8601 for years of our era', () => {
    expect(toTimestamp(Date.parse('2026-11-21T08:00:00.123+08:00'))).toBe('2026-11-21T00:00:00.123Z');
    expect(toTimestamp(Date.parse('0001-01-01T00:00:00Z'))).toBe('0001-01-01T00:00:00.000Z');
  });

  it('counts back from 1 BC before it', () => {
    expect(toTimestamp(Date.parse('0000-01-01T00:00:00Z'))).toBe('0001-01-01T00:00:00.000Z BC');
    expect(toTimestamp(Date.parse('0000-01-01T00:00:00+08:00'))).toBe('0002-12-31T16:00:00.000Z BC');
  });
});
