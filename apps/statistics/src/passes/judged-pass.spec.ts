import { DEFAULT_LIMIT_SETS, type LimitSet } from '@app/contracts';
import { passRecord } from '@app/testing';
import { judgePasses } from './judged-pass.js';

const AT = Date.parse('2026-03-01T12:00:00+08:00');

function toRecords(values: readonly unknown[]) {
  return values.map((value, index) => ({
    offset: `${AT}-${index}`,
    at: AT,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

const judgeAll = (values: readonly unknown[], limits: readonly LimitSet[] = DEFAULT_LIMIT_SETS) => judgePasses(toRecords(values), limits);
const pass = (changes: Parameters<typeof passRecord>[0] = {}) => passRecord({ passedAt: '2026-03-01T11:00:00+08:00', ...changes });

describe('judgePasses', () => {
  it('counts what each pass adds', () => {
    const { passes } = judgeAll([
      pass({ grossWeight: 18_949 }),
      pass({ grossWeight: 18_947 }),
      pass({ axleCount: 1, grossWeight: 30_000 }),
      pass({ vehicleKind: 'bus', grossWeight: 30_000 }),
    ]);
    expect(passes.map(({ counts }) => counts)).toEqual([
      { passes: 1, trucks: 1, overloads: 1, unjudged: 0, grossWeight: 18_949, overWeight: 1 },
      { passes: 1, trucks: 1, overloads: 0, unjudged: 0, grossWeight: 18_947, overWeight: 0 },
      { passes: 1, trucks: 1, overloads: 0, unjudged: 1, grossWeight: 30_000, overWeight: 0 },
      { passes: 1, trucks: 0, overloads: 0, unjudged: 0, grossWeight: 30_000, overWeight: 0 },
    ]);
  });

  it('keeps the first of each key within a batch, whatever else differs', () => {
    const first = pass({ grossWeight: 10_000 });
    const { passes, duplicates } = judgeAll([first, { ...first, grossWeight: 11_000 }, { ...first, stationCode: '3301020002' }, first]);
    expect(passes.map(({ stationCode, counts }) => [stationCode, counts.grossWeight])).toEqual([
      ['3301020001', 10_000],
      ['3301020002', 10_000],
    ]);
    expect(duplicates).toBe(2);
  });

  it('judges by the limits in force when the vehicle passed', () => {
    const limits: LimitSet[] = [
      { limits: [{ axles: 2, limit: 18_000, andMore: false }] },
      { validFrom: '2026-03-01T11:00:00+08:00', limits: [{ axles: 2, limit: 16_000, andMore: false }] },
    ];
    const { passes } = judgeAll(
      [pass({ grossWeight: 17_000 }), pass({ grossWeight: 17_000, passedAt: '2026-03-01T10:59:59.999+08:00' })],
      limits,
    );
    expect(passes.map(({ judgement }) => judgement.verdict)).toEqual(['overloaded', 'normal']);
  });

  it('judges by the limit that came with the record, and only without one by those in force now', () => {
    const now: LimitSet[] = [{ validFrom: '2012-01-01T00:00:00Z', limits: [{ axles: 2, limit: 10_000, andMore: false }] }];
    const headers = ['18000', '16000@1000', undefined, 'none', 'unreadable'];
    const records = toRecords(headers.map(() => pass({ grossWeight: 17_000 }))).map((record, index) => ({
      ...record,
      header: headers[index],
    }));
    const { passes } = judgePasses(records, now);
    expect(passes.map(({ judgement, limitValidFrom }) => [judgement.verdict, judgement.overWeight, limitValidFrom])).toEqual([
      ['normal', 0, undefined],
      ['overloaded', 150, 1_000],
      ['overloaded', 6_150, Date.parse('2012-01-01T00:00:00Z')],
      ['unjudged', 0, undefined],
      ['overloaded', 6_150, Date.parse('2012-01-01T00:00:00Z')],
    ]);
  });

  it('refuses what is no pass record and goes on with the rest', () => {
    const { passes, refused } = judgeAll(['not json', pass(), { ...pass(), lane: 0 }, pass({ passedAt: '2026-03-02T12:05:01+08:00' })]);
    expect(passes).toHaveLength(1);
    expect(refused.map(({ offset, field }) => [offset, field])).toEqual([
      [`${AT}-0`, ''],
      [`${AT}-2`, 'lane'],
      [`${AT}-3`, 'passedAt'],
    ]);
  });

  it('keeps what the ingest accepted by a clock that is ahead of that of the log', () => {
    const { passes } = judgeAll([pass({ passedAt: '2026-03-01T12:05:01+08:00' })]);
    expect(passes).toHaveLength(1);
  });

  it('compares the date of a pass with the clock of the log, so that a replay comes to the same', () => {
    const { passes } = judgeAll([pass({ passedAt: '2026-03-02T12:04:59+08:00' })]);
    expect(passes).toHaveLength(1);
  });
});
