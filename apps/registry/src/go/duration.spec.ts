import { readGoDuration, writeDuration } from './duration.js';

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
