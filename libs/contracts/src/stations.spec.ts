import { CITY_DIVISIONS, COUNTY_DIVISIONS, DIVISIONS } from './divisions.js';
import { STATIONS } from './stations.js';

describe('DIVISIONS', () => {
  it('holds the province, 11 cities and 90 counties, each below the code it begins with', () => {
    expect(CITY_DIVISIONS).toHaveLength(11);
    expect(COUNTY_DIVISIONS).toHaveLength(90);
    expect(new Set(DIVISIONS.map(({ code }) => code)).size).toBe(102);
    for (const { code, parent } of COUNTY_DIVISIONS) expect(code).toMatch(new RegExp(`^${parent}\\d{2}$`));
  });

  it('names districts, counties, the autonomous county and county-level cities in full', () => {
    const nameOf = (code: string) => DIVISIONS.find((one) => one.code === code)?.names;
    expect(nameOf('330106')).toEqual({ 'zh-CN': '西湖区', en: 'Xihu' });
    expect(nameOf('330127')).toEqual({ 'zh-CN': '淳安县', en: 'Chunan' });
    expect(nameOf('331127')).toEqual({ 'zh-CN': '景宁畲族自治县', en: 'Jingning' });
    expect(nameOf('330782')).toEqual({ 'zh-CN': '义乌市', en: 'Yiwu' });
  });
});

describe('STATIONS', () => {
  it('numbers one to three stations of each county from 0001, ascending', () => {
    const codes = STATIONS.map(({ code }) => code);
    expect(codes).toEqual([...codes].sort());
    for (const { code: county } of COUNTY_DIVISIONS) {
      const numbers = STATIONS.filter((station) => station.county === county).map(({ code }) => Number(code.slice(6)));
      expect(numbers.length).toBeGreaterThanOrEqual(1);
      expect(numbers.length).toBeLessThanOrEqual(3);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  it('is the same everywhere', () => {
    expect(STATIONS).toHaveLength(170);
    expect(STATIONS[0]).toMatchObject({ code: '3301020001', road: 'G330', kilometre: 80, type: 31 });
  });
});
