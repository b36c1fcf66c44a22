import { readDuration, readGoDuration, writeDuration } from './duration.js';

describe(readGoDuration.name, () => {
  it.each([
    ['0', 0],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['250ms', 250],
    ['1500us', 1.5],
    ['1500µs', 1.5],
    ['-2s', -2_000],
    ['+2s', 2_000],
  ])('%s is %d ms', (text, ms) => {
    expect(readGoDuration(text)).toBe(ms);
  });

  it.each(['', '10', 's', '1 s', '1d', '1s1', '1e3s', '2562048h'])('says what is wrong with %j', (text) => {
    expect(readGoDuration(text)).toEqual({ error: expect.stringMatching(/^time: .*duration "/) as string });
  });
});

describe(`errors of ${readGoDuration.name}`, () => {
  it('quote byte by byte', () => {
    expect(readGoDuration('10µx"\\\n')).toEqual({
      error: 'time: unknown unit "\\xc2\\xb5x\\"\\\\\\x0a" in duration "10\\xc2\\xb5x\\"\\\\\\x0a"',
    });
  });

  it('come for what is longer than anybody writes', () => {
    expect(readGoDuration('1s'.repeat(500))).toBe(500_000);
    expect(readGoDuration('1s'.repeat(501))).toEqual({ error: expect.stringMatching(/^time: invalid duration "1s1s/) as string });
  });
});

describe(writeDuration.name, () => {
  it.each([
    [0, '0s'],
    [0.00001, '10ns'],
    [1.5, '1.5ms'],
    [2_500, '2.5s'],
    [90_000, '1m30s'],
    [3_600_000, '1h0m0s'],
    [-1_000, '-1s'],
  ])('%d ms is %s', (ms, text) => {
    expect(writeDuration(ms)).toBe(text);
  });
});

describe(readDuration.name, () => {
  it.each([
    ['1h0m0s', 3_600_000],
    ['1.5s', 1_500],
    ['10ns', 0.00001],
    ['-1s', -1_000],
    ['1m30s', 90_000],
    ['2h30m0s', 9_000_000],
    ['250µs', 0.25],
    ['0s', 0],
  ])('reads and writes %s', (text, ms) => {
    expect([readDuration(text), writeDuration(ms)]).toEqual([ms, text]);
  });

  it('reads a number as nanoseconds, and what is neither as nothing', () => {
    expect([readDuration(2e9), readDuration(true), readDuration(undefined), readDuration('0')]).toEqual([2_000, 0, 0, 0]);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['soon', 'time: invalid duration "soon"'],
    ['10', 'time: missing unit in duration "10"'],
    ['10x', 'time: unknown unit "x" in duration "10x"'],
    ['99999999999h', 'time: invalid duration "99999999999h"'],
  ])('says of %j what Go says', (text, message) => {
    expect(readDuration(text)).toEqual({ error: message });
  });
});
