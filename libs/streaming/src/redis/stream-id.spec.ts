import { compareStreamIds, timeOfStreamId } from './stream-id.js';

describe('stream ids', () => {
  it('compare by time, then by sequence, as numbers', () => {
    const sorted = ['0', '5-1', '1700000000000-2', '1700000000000-10', '1700000000001', '99999999999999-0'];
    expect([...sorted].reverse().sort(compareStreamIds)).toEqual(sorted);
    expect(compareStreamIds('5', '5-0')).toBe(0);
  });

  it('hold the time when the record was taken', () => {
    expect(timeOfStreamId('1700000000123-7')).toBe(1_700_000_000_123);
  });
});
