import { DEFAULT_LIMIT_SETS } from '@app/contracts';
import { passRecord } from '@app/testing';
import { markOf } from '../marks/record-mark.js';
import { toPassBatch } from './pass-batch.js';

const AT = Date.parse('2026-07-01T00:10:30+08:00');

function logOf(...values: unknown[]) {
  return values.map((value, index) => ({
    offset: `${index + 1}-0`,
    at: AT,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

describe('toPassBatch', () => {
  it('gathers passes by station, with their hour, day and month, and the minute of their arrival', () => {
    const passedAt = '2026-06-30T16:05:00Z';
    const one = passRecord({ passedAt, grossWeight: 12_000 });
    const two = passRecord({ passedAt: '2012-03-04T05:06:07+08:00', vehicleKind: 'car', grossWeight: 1_500 });
    const three = passRecord({ passedAt, stationCode: '3302030001', vehicleKind: 'train', axleCount: 1, grossWeight: 9_000 });
    const { batch, unreadable } = toPassBatch(logOf(one, three, two), DEFAULT_LIMIT_SETS);
    expect(unreadable).toEqual([]);
    expect(batch.stations).toEqual([
      {
        code: '3301020001',
        marks: [markOf(one.recordId), markOf(two.recordId)],
        counter: [1, 3],
        arrival: [1, 1],
        kind: [1, 0],
        gross: [12_000, 1_500],
        over: [0, 0],
      },
      { code: '3302030001', marks: [markOf(three.recordId)], counter: [2], arrival: [2], kind: [3], gross: [9_000], over: [0] },
    ]);
    expect(batch.counters).toEqual([
      ['3301020001', '495232', '20635', '2026-07'],
      ['3302030001', '495232', '20635', '2026-07'],
      ['3301020001', '369669', '15403', '2012-03'],
    ]);
    expect(batch.arrivals).toEqual([
      [`${Math.floor(AT / 60_000)}`, '20635', '330102'],
      [`${Math.floor(AT / 60_000)}`, '20635', '330203'],
    ]);
    expect(batch.events).toEqual([]);
  });

  it('hands on an overloaded pass as the event that it will be', () => {
    const record = passRecord({ grossWeight: 40_000, axleWeights: [20_000, 20_000] });
    const { batch } = toPassBatch(logOf(passRecord(), record), DEFAULT_LIMIT_SETS);
    expect(batch.stations[0]).toMatchObject({ kind: [1, 2], over: [0, 20_000] });
    const [[station, pass, county, event] = []] = batch.events;
    expect([station, pass, county]).toEqual([1, 2, '330102']);
    const { axleWeights, ...shown } = record;
    expect(axleWeights).toHaveLength(2);
    expect(JSON.parse(event ?? '')).toEqual({ at: AT, pass: { ...shown, limit: 18_000, overWeight: 20_000, overRate: 20 / 18 } });
  });

  it('takes the first of a key, whatever else differs, and tells stations apart', () => {
    const record = passRecord();
    const { batch } = toPassBatch(
      logOf(record, { ...record, grossWeight: 90_000 }, { ...record, stationCode: '3301020002' }),
      DEFAULT_LIMIT_SETS,
    );
    expect(batch.stations.map(({ code, gross }) => [code, gross])).toEqual([
      ['3301020001', [12_000]],
      ['3301020002', [12_000]],
    ]);
    expect(batch.events).toEqual([]);
  });

  it('judges by the limit that came with the record, and only without one by those in force now', () => {
    const limits = [{ limits: [{ axles: 2, limit: 10_000, andMore: false }] }];
    const log = logOf(passRecord(), passRecord(), passRecord(), passRecord());
    const headers = ['18000', undefined, 'none', 'unreadable'];
    const { batch } = toPassBatch(
      log.map((record, index) => ({ ...record, header: headers[index] })),
      limits,
    );
    expect(batch.stations[0]).toMatchObject({ kind: [1, 2, 3, 2], over: [0, 1_400, 0, 1_400] });
  });

  it('passes over what is no pass record, and says where it is', () => {
    const { batch, unreadable } = toPassBatch(logOf('nonsense', passRecord(), { ...passRecord(), lane: 0 }), DEFAULT_LIMIT_SETS);
    expect(batch.stations[0]?.marks).toHaveLength(1);
    expect(unreadable).toEqual([
      { offset: '1-0', field: '', reason: 'must be one JSON object' },
      { offset: '3-0', field: 'lane', reason: expect.any(String) as string },
    ]);
  });
});

describe('markOf', () => {
  it('is a 63-bit integer that never changes', () => {
    expect(markOf('1')).toBe('3874038210105081456');
    expect(markOf('浙-0001')).toMatch(/^\d{1,19}$/);
    for (let index = 0; index < 1_000; index += 1) expect(BigInt(markOf(`${index}`)) < 1n << 63n).toBe(true);
  });
});
