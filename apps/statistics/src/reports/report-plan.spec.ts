import { planReport } from './report-plan.js';

const at = (text: string) => Date.parse(`${text}:00+08:00`);
const plan = (from: string, to: string, by: 'hour' | 'day' = 'day') => planReport({ from: at(from), to: at(to), by });

describe('planReport', () => {
  it('reads whole Asia/Shanghai days from the daily roll-up alone', () => {
    expect(plan('2026-03-01T00:00', '2026-03-03T00:00')).toEqual({
      days: { from: at('2026-03-01T00:00'), to: at('2026-03-03T00:00') },
      hours: [],
    });
  });

  it('reads the hours before and after the whole days from the hourly one', () => {
    expect(plan('2026-03-01T23:00', '2026-03-04T01:00')).toEqual({
      days: { from: at('2026-03-02T00:00'), to: at('2026-03-04T00:00') },
      hours: [
        { from: at('2026-03-01T23:00'), to: at('2026-03-02T00:00') },
        { from: at('2026-03-04T00:00'), to: at('2026-03-04T01:00') },
      ],
    });
  });

  it('reads a range without a whole day from the hourly one', () => {
    const from = at('2026-03-01T01:00');
    const to = at('2026-03-02T23:00');
    expect(planReport({ from, to, by: 'city' })).toEqual({ days: undefined, hours: [{ from, to }] });
    // A day by UTC is none by +08:00.
    expect(plan('2026-03-01T08:00', '2026-03-02T08:00').days).toBeUndefined();
  });

  it('reads a report by hour from the hourly one, however long', () => {
    expect(plan('2026-03-01T00:00', '2026-03-03T00:00', 'hour').days).toBeUndefined();
  });
});
