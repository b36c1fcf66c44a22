import { describe, expect, it } from '@jest/globals';
import { toCsv } from './report';

const figures = { passes: 3, trucks: 2, overloads: 1, unjudged: 0, overloadRate: 50, grossWeight: 60000, overWeight: 100 };

describe('toCsv', () => {
  it('quotes what needs it and begins with a byte order mark', () => {
    const csv = toCsv({ totals: figures, series: [{ key: '3301', ...figures }] }, ['Group', 'Name'], () => 'Hang"zhou, city');
    expect(csv).toBe('\uFEFFGroup,Name\r\n3301,"Hang""zhou, city",3,2,1,0,50,60000,100\r\n');
  });
});
