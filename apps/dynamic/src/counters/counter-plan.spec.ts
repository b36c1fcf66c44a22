import type { ReportGroup } from '@app/contracts';
import { chinaDay } from '../time-buckets.js';
import { planCounters } from './counter-plan.js';

const at = (text: string) => Date.parse(`${text}+08:00`);
const day = (text: string) => chinaDay(at(`${text}T00:00:00`));

function plan(from: string, to: string, by: ReportGroup, days: string[]) {
  return planCounters({ from: at(from), to: at(to), by }, days.map(day));
}

const names = (buckets: { name: string }[]) => buckets.map(({ name }) => name);

describe('planCounters', () => {
  it('reads whole months at once when it groups by place', () => {
    const days = ['2026-05-31', '2026-06-01', '2026-06-15', '2026-06-30', '2026-07-01'];
    expect(names(plan('2026-06-01T00:00:00', '2026-07-01T00:00:00', 'city', days.slice(1, 4)))).toEqual(['month:2026-06']);
    expect(names(plan('2026-05-31T00:00:00', '2026-07-02T00:00:00', 'station', days))).toEqual([
      `day:${day('2026-05-31')}`,
      `day:${day('2026-07-01')}`,
      'month:2026-06',
    ]);
  });

  it.each([
    ['2024-02', '2024-02-29'],
    ['2025-02', '2025-02-28'],
    ['2026-12', '2026-12-31'],
  ])('knows where %s ends', (month, last) => {
    expect(names(plan(`${month}-01T00:00:00`, `${last}T23:00:00`, 'county', [`${month}-01`]))).toEqual([`day:${day(`${month}-01`)}`]);
    const next = new Date(at(`${last}T00:00:00`) + 32 * 3_600_000).toISOString().slice(0, 10);
    expect(names(plan(`${month}-01T00:00:00`, `${next}T00:00:00`, 'county', [`${month}-01`]))).toEqual([`month:${month}`]);
  });

  it('reads hours at the edges of the range', () => {
    const hour = at('2026-06-01T00:00:00') / 3_600_000;
    expect(names(plan('2026-06-01T22:00:00', '2026-06-03T01:00:00', 'city', ['2026-06-01', '2026-06-02', '2026-06-03']))).toEqual([
      `hour:${hour + 22}`,
      `hour:${hour + 23}`,
      `day:${day('2026-06-02')}`,
      `hour:${hour + 48}`,
    ]);
  });

  it('names the bucket of each hour and day', () => {
    expect(plan('2026-06-01T23:00:00', '2026-06-02T01:00:00', 'hour', ['2026-06-01', '2026-06-02']).map(({ key }) => key)).toEqual([
      '2026-06-01T23:00:00+08:00',
      '2026-06-02T00:00:00+08:00',
    ]);
    expect(plan('2026-06-01T23:00:00', '2026-06-03T00:00:00', 'day', ['2026-06-01', '2026-06-02']).map(({ key }) => key)).toEqual([
      '2026-06-01',
      '2026-06-02',
    ]);
  });

  it('asks for nothing where there is nothing', () => {
    expect(plan('1950-01-01T00:00:00', '2040-01-01T00:00:00', 'hour', [])).toEqual([]);
  });
});
