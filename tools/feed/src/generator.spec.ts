import { DEFAULT_LIMIT_SETS, judge, parsePassRecord, type PassRecord, STATIONS } from '@app/contracts';
import { type GeneratorOptions, PassGenerator } from './generator.ts';

const START = Date.parse('2026-03-01T00:00:00+08:00');
const OPTIONS: GeneratorOptions = { seed: 1, duplicates: 0, late: 0, media: 0 };

/** One line a second over part of a day. */
function generate(count: number, options: Partial<GeneratorOptions> = {}): string[] {
  const generator = new PassGenerator({ ...OPTIONS, ...options });
  return Array.from({ length: count }, (_, index) => generator.next(START + index * 1_000));
}

function parse(line: string): PassRecord {
  const parsed = parsePassRecord(line, START + 86_400_000);
  if (!parsed.ok) throw new Error(`${parsed.fault.field} ${parsed.fault.reason}: ${line}`);
  return parsed.record;
}

describe(PassGenerator.name, () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    const options = { duplicates: 0.05, late: 0.1, media: 0.1 };
    expect(generate(2_000, options)).toEqual(generate(2_000, options));
    expect(generate(2_000, { ...options, seed: 2 })).not.toEqual(generate(2_000, options));
  });

  it('makes nothing but valid records with a key each, of stations that exist', () => {
    const codes = new Set(STATIONS.map(({ code }) => code));
    const records = generate(20_000, { media: 0.5 }).map(parse);
    expect(new Set(records.map(({ stationCode, recordId }) => stationCode + recordId)).size).toBe(20_000);
    expect(records.filter(({ stationCode }) => !codes.has(stationCode))).toEqual([]);
    expect(new Set(records.map(({ stationCode }) => stationCode)).size).toBeGreaterThan(150);
    const lanes = new Map(STATIONS.map(({ code, lanes: count }) => [code, count]));
    expect(records.filter(({ stationCode, lane }) => lane > lanes.get(stationCode)!)).toEqual([]);
  });

  it('overloads a few percent of the trucks and misses the axles of a few', () => {
    const verdicts = generate(30_000).map((line) => judge(parse(line), DEFAULT_LIMIT_SETS).verdict);
    const trucks = verdicts.filter((verdict) => verdict !== 'exempt').length;
    const share = (verdict: string) => verdicts.filter((one) => one === verdict).length / trucks;
    expect(trucks / verdicts.length).toBeGreaterThan(0.6);
    expect(share('overloaded')).toBeGreaterThan(0.02);
    expect(share('overloaded')).toBeLessThan(0.06);
    expect(share('unjudged')).toBeGreaterThan(0);
  });

  it('gives scales that read a little less by axle than in all, and vehicles that come back', () => {
    const records = generate(5_000).map(parse);
    for (const { axleWeights, grossWeight } of records) {
      if (axleWeights === undefined) continue;
      const sum = axleWeights.reduce((total, weight) => total + weight, 0);
      expect(sum).toBeLessThanOrEqual(grossWeight);
      expect(sum).toBeGreaterThan(grossWeight * 0.98);
    }
    const plates = records.map(({ plate }) => plate).filter((plate) => plate !== null);
    expect(plates.length / records.length).toBeGreaterThan(0.95);
    expect(new Set(plates).size).toBeLessThan(plates.length);
  });

  it('repeats the asked share of records byte for byte', () => {
    const lines = generate(20_000, { duplicates: 0.1 });
    expect(1 - new Set(lines).size / lines.length).toBeCloseTo(0.1, 2);
  });

  it('dates the asked share minutes to hours back, but not before the first permitted instant', () => {
    const lags = generate(20_000, { late: 0.1, notBefore: START }).map(
      (line, index) => START + index * 1_000 - Date.parse(parse(line).passedAt),
    );
    const late = lags.filter((lag) => lag > 0);
    expect(late.length / lags.length).toBeCloseTo(0.1, 2);
    expect(Math.max(...lags)).toBeGreaterThan(3_600_000);
    expect(Math.max(...lags)).toBeLessThanOrEqual(6 * 3_600_000);
    expect(lags.every((lag, index) => lag <= index * 1_000)).toBe(true);
  });
});
