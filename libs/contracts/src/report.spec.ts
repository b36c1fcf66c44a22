import { noCounts, type OverloadCounts, overloadRate, reportQuerySchema, toReport } from './report.js';

describe('overloadRate', () => {
  it.each([
    [0, 0, 0],
    [0, 7, 0],
    [1, 3, 33.33],
    [2, 3, 66.67],
    [1, 8, 12.5],
    // 0.625 % and 0.125 %: exactly between two hundredths
    [1, 160, 0.63],
    [1, 800, 0.13],
    [7, 7, 100],
    [1, 20_000, 0.01],
    [1, 20_001, 0],
  ])('%i of %i is %d', (overloads, trucks, rate) => {
    expect(overloadRate(overloads, trucks)).toBe(rate);
  });
});

describe('toReport', () => {
  const counts = (passes: number, trucks: number, overloads: number): OverloadCounts => ({
    ...noCounts(),
    passes,
    trucks,
    overloads,
    grossWeight: passes * 1_000,
    overWeight: overloads * 10,
  });

  it('sorts by key, leaves empty buckets out, and takes the rate of the totals from their sums', () => {
    const report = toReport(
      new Map([
        ['3302', counts(4, 3, 1)],
        ['3301', counts(2, 1, 1)],
        ['3303', noCounts()],
      ]),
    );
    expect(report.series.map(({ key, overloadRate: rate }) => [key, rate])).toEqual([
      ['3301', 100],
      ['3302', 33.33],
    ]);
    expect(report.totals).toEqual({
      passes: 6,
      trucks: 4,
      overloads: 2,
      unjudged: 0,
      overloadRate: 50,
      grossWeight: 6_000,
      overWeight: 20,
    });
  });

  it('answers zeros for nothing', () => {
    expect(toReport(new Map())).toEqual({
      totals: { passes: 0, trucks: 0, overloads: 0, unjudged: 0, overloadRate: 0, grossWeight: 0, overWeight: 0 },
      series: [],
    });
  });
});

describe('reportQuerySchema', () => {
  const good = { from: '2026-06-01T00:00:00+08:00', to: '2026-07-01T00:00:00+08:00', by: 'day' };

  it('reads times as ms since the epoch', () => {
    expect(reportQuerySchema.parse({ ...good, area: '3301' })).toEqual({
      from: Date.UTC(2026, 4, 31, 16),
      to: Date.UTC(2026, 5, 30, 16),
      by: 'day',
      area: '3301',
    });
  });

  it.each([
    ['from', { from: '2026-06-01T00:00:01+08:00' }],
    ['from', { from: '2026-06-01T00:30:00+08:00' }],
    ['from', { from: '2026-06-01T00:00:00' }],
    ['to', { to: good.from }],
    ['to', { to: '2126-09-01T00:00:00+08:00' }],
    ['to', { to: '2037-01-01T00:00:00+08:00', by: 'hour' }],
    ['area', { area: '33010' }],
    ['by', { by: 'month' }],
  ])('refuses a bad %s: %j', (field, change) => {
    const parsed = reportQuerySchema.safeParse({ ...good, ...change });
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toContain(field);
  });

  it('takes a range to either end of the calendar', () => {
    const ends = [
      { from: '0001-01-01T00:00:00+08:00', to: '0001-02-01T00:00:00+08:00' },
      { from: '9999-12-01T00:00:00+08:00', to: '9999-12-31T16:00:00Z' },
    ];
    for (const range of ends) expect(reportQuerySchema.safeParse({ ...good, ...range }).success).toBe(true);
  });

  it.each([
    [['from'], { from: '0000-12-31T23:00:00+08:00', to: '0001-06-01T00:00:00+08:00' }],
    [['from', 'to'], { from: '0000-01-01T00:00:00+23:00', to: '0000-02-01T00:00:00+08:00' }],
    [['to'], { from: '9999-12-31T00:00:00Z', to: '9999-12-31T17:00:00Z' }],
    [['to'], { from: '9999-12-31T00:00:00Z', to: '9999-12-31T23:00:00-23:00' }],
    [['from', 'to'], { from: '9999-12-31T16:00:00Z', to: '9999-12-31T23:00:00-23:00' }],
  ])('refuses a range beyond the calendar, which no key and no database can name: %j of %j', (fields, range) => {
    const issues = reportQuerySchema.safeParse({ ...good, ...range }).error?.issues ?? [];
    expect(issues.map(({ path, message }) => [path.join('.'), message])).toEqual(
      fields.map((field) => [field, 'must lie in the years 0001 to 9999 of Asia/Shanghai']),
    );
  });

  it('refuses unknown fields', () => {
    expect(reportQuerySchema.safeParse({ ...good, colour: 'red' }).success).toBe(false);
  });
});
