import { noCounts } from '@app/contracts';
import { type Countable, rollUp } from './rollups.js';

const at = (text: string) => Date.parse(`${text}+08:00`);
const pass = (time: string, stationCode = '3301020001', grossWeight = 1): Countable => ({
  stationCode,
  passedAt: at(time),
  counts: { ...noCounts(), passes: 1, grossWeight },
});

describe('rollUp', () => {
  it('puts a pass into the hour and the +08:00 day in which it happened', () => {
    const { hours, days } = rollUp([
      pass('2026-03-01T23:59:59.999'),
      pass('2026-03-02T00:00:00.000'),
      pass('2026-03-02T07:59:59.999'),
      pass('2026-03-02T08:00:00.000'),
    ]);
    expect(hours.map(({ bucket, counts }) => [bucket, counts.passes])).toEqual([
      [at('2026-03-01T23:00:00'), 1],
      [at('2026-03-02T00:00:00'), 1],
      [at('2026-03-02T07:00:00'), 1],
      [at('2026-03-02T08:00:00'), 1],
    ]);
    expect(days.map(({ bucket, counts }) => [bucket, counts.passes])).toEqual([
      [at('2026-03-01T00:00:00'), 1],
      [at('2026-03-02T00:00:00'), 3],
    ]);
  });

  it('adds up by station, ascending by bucket and station whatever the order of the passes', () => {
    const { hours } = rollUp([
      pass('2026-03-02T10:00:00', '3302030001', 5),
      pass('2026-03-02T10:30:00', '3301020001', 7),
      pass('2026-03-02T09:00:00', '3302030001', 1),
      pass('2026-03-02T10:59:59', '3302030001', 20),
    ]);
    expect(hours.map(({ stationCode, counts }) => [stationCode, counts.passes, counts.grossWeight])).toEqual([
      ['3302030001', 1, 1],
      ['3301020001', 1, 7],
      ['3302030001', 2, 25],
    ]);
  });

  it('leaves the counts of the passes as they were', () => {
    const one = pass('2026-03-02T10:00:00');
    rollUp([one, pass('2026-03-02T10:00:01')]);
    expect(one.counts.passes).toBe(1);
  });
});
