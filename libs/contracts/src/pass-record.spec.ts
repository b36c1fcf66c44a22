import { type PassRecord, parsePassRecord, passRecordSchema } from './pass-record.js';

const NOW = Date.parse('2026-11-21T12:00:00+08:00');

const complete: PassRecord = {
  recordId: '330102-0001',
  stationCode: '3301020001',
  lane: 2,
  direction: 'up',
  passedAt: '2026-11-21T11:59:59.123+08:00',
  plate: '浙A12345',
  plateColour: 2,
  vehicleKind: 'truck',
  axleCount: 3,
  axleWeights: [5_000, 6_000.5, 7_000],
  axleSpacings: [3_500, 1_300],
  grossWeight: 18_100,
  length: 9_500,
  speed: 61.5,
  media: [{ kind: 'snapshot', uri: 's3://pass/1.jpg', sha256: 'a'.repeat(64) }],
};
const OPTIONAL = ['media', 'axleWeights', 'axleSpacings', 'length'];
const least = Object.fromEntries(Object.entries(complete).filter(([field]) => !OPTIONAL.includes(field)));

const parse = (value: unknown) => parsePassRecord(JSON.stringify(value), NOW);

describe('parsePassRecord', () => {
  it.each([
    ['everything', complete],
    ['no media', { ...complete, media: undefined }],
    ['only what is required', least],
    ['a plate that was not read', { ...least, plate: null, plateColour: null }],
    ['the smallest values', { ...least, recordId: '1', lane: 1, axleCount: 1, grossWeight: 1, speed: 0, length: 1_000, axleSpacings: [] }],
    ['the greatest', { ...least, recordId: 'x'.repeat(64), lane: 99, axleCount: 32, grossWeight: 1_000_000, speed: 400, length: 100_000 }],
    ['2012', { ...least, passedAt: '2012-02-29T23:59:59+08:00' }],
    ['UTC', { ...least, passedAt: '2026-11-21T04:00:00Z' }],
    ['the first instant of the calendar', { ...least, passedAt: '0001-01-01T00:00:00+08:00' }],
    ['five minutes ahead', { ...least, passedAt: '2026-11-21T12:05:00+08:00' }],
  ])('takes %s', (_what, record) => {
    expect(parse(record)).toEqual({ ok: true, record: JSON.parse(JSON.stringify(record)) as unknown });
  });

  it.each<[string, Record<string, unknown>]>([
    ['recordId', { recordId: '' }],
    ['recordId', { recordId: 'x'.repeat(65) }],
    ['recordId', { recordId: 'a\u0000b' }],
    ['recordId', { recordId: 7 }],
    ['recordId', { recordId: undefined }],
    ['stationCode', { stationCode: '330102001' }],
    ['stationCode', { stationCode: '33010200011' }],
    ['stationCode', { stationCode: '3301020001\n' }],
    ['stationCode', { stationCode: '33010２0001' }],
    ['lane', { lane: 0 }],
    ['lane', { lane: 100 }],
    ['lane', { lane: 1.5 }],
    ['lane', { lane: '1' }],
    ['direction', { direction: 'left' }],
    ['passedAt', { passedAt: '2026-11-21T12:05:00.001+08:00' }],
    ['passedAt', { passedAt: '2026-11-21T11:00:00' }],
    ['passedAt', { passedAt: '2026-11-21 11:00:00+08:00' }],
    ['passedAt', { passedAt: '2025-02-29T11:00:00+08:00' }],
    ['passedAt', { passedAt: '2026-11-31T11:00:00+08:00' }],
    ['passedAt', { passedAt: '2026-11-21T24:00:00+08:00' }],
    ['passedAt', { passedAt: NOW }],
    ['passedAt', { passedAt: '0000-01-01T00:00:00+14:00' }],
    ['passedAt', { passedAt: '0000-12-31T15:59:59.999Z' }],
    ['passedAt', { passedAt: '9999-12-31T23:59:59-23:59' }],
    ['plate', { plate: '' }],
    ['plate', { plate: 'x'.repeat(17) }],
    ['plate', { plate: '浙A\ud800' }],
    ['plateColour', { plateColour: 7 }],
    ['plateColour', { plateColour: null }],
    ['plateColour', { plate: null }],
    ['vehicleKind', { vehicleKind: 'tractor' }],
    ['axleCount', { axleCount: 0, axleWeights: undefined, axleSpacings: undefined }],
    ['axleCount', { axleCount: 33, axleWeights: undefined, axleSpacings: undefined }],
    ['axleWeights', { axleWeights: [1, 2] }],
    ['axleWeights', { axleWeights: null }],
    ['axleWeights.1', { axleWeights: [1, -1, 1] }],
    ['axleSpacings', { axleSpacings: [1, 2, 3] }],
    ['axleSpacings.0', { axleSpacings: [100_001, 2] }],
    ['grossWeight', { grossWeight: 0 }],
    ['grossWeight', { grossWeight: 1_000_001 }],
    ['grossWeight', { grossWeight: 18_000.5 }],
    ['length', { length: 999.9 }],
    ['length', { length: 100_001 }],
    ['speed', { speed: -1 }],
    ['speed', { speed: 401 }],
    ['media.0.sha256', { media: [{ kind: 'video', uri: 'x', sha256: 'A'.repeat(64) }] }],
    ['colour', { colour: 'red' }],
    ['media.0.__x', { media: [{ kind: 'video', uri: 'x', sha256: 'a'.repeat(64), __x: 1 }] }],
  ])('refuses a bad %s: %j', (field, change) => {
    expect(parse({ ...complete, ...change })).toMatchObject({ ok: false, fault: { field } });
  });

  it.each(['0000-01-01T00:00:00+14:00', '0000-01-01T00:00:00+23:00', '0001-01-01T00:00:00+08:01', '9999-12-31T16:00:00Z'])(
    'refuses %s, whose hour and day in Asia/Shanghai have no key, and so does the schema',
    (passedAt) => {
      const reason = 'must lie in the years 0001 to 9999 of Asia/Shanghai';
      expect(parsePassRecord(JSON.stringify({ ...least, passedAt }), Infinity)).toEqual({
        ok: false,
        fault: { field: 'passedAt', reason },
      });
      expect(passRecordSchema.safeParse({ ...least, passedAt }).error?.issues.map(({ message }) => message)).toEqual([reason]);
    },
  );

  it('refuses a field of the prototype', () => {
    const line = `{"__proto__":{"lane":1},${JSON.stringify(least).slice(1)}`;
    expect(parsePassRecord(line, NOW)).toEqual({ ok: false, fault: { field: '__proto__', reason: 'is not a known field' } });
  });

  it.each(['', '   ', 'null', '[]', '7', '"text"', '{', `${JSON.stringify(least)},`])('refuses %j as a line', (line) => {
    expect(parsePassRecord(line, NOW)).toMatchObject({ ok: false, fault: { field: '' } });
  });

  it('comes to the same as the schema for records that are a little wrong in any field', () => {
    const values = [
      undefined,
      null,
      0,
      1,
      -1,
      1.5,
      1e9,
      '',
      'up',
      '浙A12345',
      '2026-11-21T11:00:00+08:00',
      '0000-06-01T00:00:00+08:00',
      '9999-12-31T16:00:00Z',
      [],
      [1],
      [1, 2],
      [1, 2, 3],
      {},
      true,
    ];
    for (const base of [complete, { ...least, plate: null, plateColour: null }]) {
      for (const field of Object.keys(complete)) {
        for (const value of values) {
          const record = JSON.parse(JSON.stringify({ ...base, [field]: value })) as unknown;
          expect([field, value, parse(record).ok]).toEqual([field, value, passRecordSchema.safeParse(record).success]);
        }
      }
    }
  });
});
