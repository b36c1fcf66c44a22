import { describe, expect, it } from '@jest/globals';
import { fromAddress, toAddress, toServiceQuery } from './report-query';

describe('toServiceQuery', () => {
  it('covers both days whole, in the province, with an exclusive end', () => {
    expect(toServiceQuery({ firstDay: '2012-01-02', lastDay: '2012-02-29', area: '3301', by: 'day' })).toEqual({
      from: '2012-01-02T00:00:00+08:00',
      to: '2012-03-01T00:00:00+08:00',
      by: 'day',
      area: '3301',
    });
  });

  it('leaves an empty area out', () => {
    expect(toServiceQuery({ firstDay: '2026-12-31', lastDay: '2026-12-31', area: '', by: 'hour' })).toEqual({
      from: '2026-12-31T00:00:00+08:00',
      to: '2027-01-01T00:00:00+08:00',
      by: 'hour',
      area: undefined,
    });
  });
});

describe('fromAddress', () => {
  it('reads back what toAddress wrote', () => {
    const query = { firstDay: '2026-01-01', lastDay: '2026-01-31', area: '330106', by: 'county' } as const;
    expect(fromAddress(toAddress(query))).toEqual(query);
  });

  it('puts the earlier day first', () => {
    expect(fromAddress({ from: '2026-02-01', to: '2026-01-01' })).toMatchObject({ firstDay: '2026-01-01', lastDay: '2026-02-01' });
  });

  it('takes the default for anything that is not of the form', () => {
    const query = fromAddress({ from: 'yesterday', to: ['2026-01-01'], area: '33<script>', by: 'moon' });
    expect(query.firstDay).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(query).toMatchObject({ lastDay: query.firstDay, area: '', by: 'hour' });
  });
});
