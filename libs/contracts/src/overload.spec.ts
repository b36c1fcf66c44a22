import {
  decideLimit,
  DEFAULT_LIMIT_SETS,
  formatLimit,
  judge,
  judgeBy,
  type LimitSet,
  limitSetSchema,
  limitSetsSchema,
  overloadSettingsSchema,
  parseLimit,
} from './overload.js';
import type { VehicleKind } from './pass-record.js';

function pass(vehicleKind: VehicleKind, axleCount: number, grossWeight: number, passedAt = '2026-11-01T08:00:00+08:00') {
  return { vehicleKind, axleCount, grossWeight, passedAt };
}

/** Last kilogram that is not overloaded, as the rule says it in whole numbers: 95 x gross <= 100 x limit. */
const LIMITS: [VehicleKind, number, number, number][] = [
  ['truck', 2, 18_000, 18_947],
  ['train', 2, 18_000, 18_947],
  ['truck', 3, 25_000, 26_315],
  ['train', 3, 27_000, 28_421],
  ['truck', 4, 31_000, 32_631],
  ['train', 4, 36_000, 37_894],
  ['truck', 5, 43_000, 45_263],
  ['train', 5, 43_000, 45_263],
  ['truck', 6, 49_000, 51_578],
  ['train', 6, 49_000, 51_578],
  ['truck', 7, 49_000, 51_578],
  ['train', 32, 49_000, 51_578],
];

describe('decideLimit', () => {
  const START = '2026-01-01T00:00:00+08:00';
  const sets: LimitSet[] = [...DEFAULT_LIMIT_SETS, { validFrom: START, limits: [{ axles: 2, limit: 16_000, andMore: false }] }];

  it('says the limit and the start of its set, which can be written down, read again and judged by', () => {
    const cases = [
      [pass('truck', 2, 17_000, '2025-12-31T23:59:59+08:00'), '18000', 'normal'],
      [pass('truck', 2, 17_000, START), `16000@${Date.parse(START)}`, 'overloaded'],
      [pass('truck', 3, 99_000, START), 'none', 'unjudged'],
      [pass('bus', 2, 99_000, START), 'none', 'exempt'],
    ] as const;
    for (const [vehicle, text, verdict] of cases) {
      const decided = decideLimit(vehicle, sets);
      expect(formatLimit(decided)).toBe(text);
      expect(parseLimit(text)).toEqual(decided);
      expect(judgeBy(vehicle, decided)).toEqual(judge(vehicle, sets));
      expect(judgeBy(vehicle, decided).verdict).toBe(verdict);
    }
  });

  it.each([undefined, '', '0', '-1', '1.5', '18000 ', '18000@', '18000@x', '99999999', 'nothing', '{"limit":1}', '1@999999999999999'])(
    'reads nothing from %j',
    (text) => {
      expect(parseLimit(text)).toBeUndefined();
    },
  );
});

describe('judge', () => {
  it.each(LIMITS)('%s of %i axles, limit %i: %i kg is the last that is not overloaded', (kind, axles, limit, last) => {
    expect(judge(pass(kind, axles, last), DEFAULT_LIMIT_SETS)).toEqual({ verdict: 'normal', limit, overWeight: 0, overRate: 0 });
    expect(judge(pass(kind, axles, last + 1), DEFAULT_LIMIT_SETS)).toEqual({ verdict: 'overloaded', limit, overWeight: 0, overRate: 0 });
    const next = judge(pass(kind, axles, last + 2), DEFAULT_LIMIT_SETS);
    expect(next).toEqual({ verdict: 'overloaded', limit, overWeight: 1, overRate: 1 / limit });
  });

  it('reckons the overweight in whole kilograms, rounded down', () => {
    expect(judge(pass('truck', 2, 40_000), DEFAULT_LIMIT_SETS)).toMatchObject({ overWeight: 20_000, overRate: 20 / 18 });
    expect(judge(pass('truck', 2, 40_001), DEFAULT_LIMIT_SETS)).toMatchObject({ overWeight: 20_000 });
    expect(judge(pass('truck', 2, 40_002), DEFAULT_LIMIT_SETS)).toMatchObject({ overWeight: 20_001 });
    expect(judge(pass('train', 6, 1_000_000), DEFAULT_LIMIT_SETS)).toMatchObject({ overWeight: 901_000 });
  });

  it('does not judge buses and cars, whatever they weigh', () => {
    for (const kind of ['bus', 'car'] as const) {
      expect(judge(pass(kind, 2, 99_000), DEFAULT_LIMIT_SETS)).toEqual({ verdict: 'exempt', overWeight: 0, overRate: 0 });
    }
  });

  it('cannot judge a truck of one axle', () => {
    expect(judge(pass('truck', 1, 99_000), DEFAULT_LIMIT_SETS)).toEqual({ verdict: 'unjudged', overWeight: 0, overRate: 0 });
  });

  it('judges 2012 by the first set, which has no start', () => {
    expect(judge(pass('truck', 2, 18_948, '2012-06-01T00:00:00+08:00'), DEFAULT_LIMIT_SETS)).toMatchObject({ verdict: 'overloaded' });
  });

  it('judges by the set that was in force when the vehicle passed, whatever their order', () => {
    const sets: LimitSet[] = [
      { validFrom: '2026-01-01T00:00:00+08:00', limits: [{ axles: 2, limit: 16_000, andMore: false }] },
      { limits: [{ axles: 2, limit: 20_000, andMore: false }] },
      { validFrom: '2021-01-01T00:00:00+08:00', limits: [{ axles: 2, limit: 18_000, andMore: false }] },
    ];
    const limitAt = (passedAt: string) => (judge(pass('truck', 2, 100, passedAt), sets) as { limit?: number }).limit;
    expect(limitAt('2020-12-31T23:59:59+08:00')).toBe(20_000);
    expect(limitAt('2020-12-31T16:00:00Z')).toBe(18_000);
    expect(limitAt('2025-12-31T23:59:59.999+08:00')).toBe(18_000);
    expect(limitAt('2026-01-01T00:00:00+08:00')).toBe(16_000);
    expect(judge(pass('truck', 2, 100, '2020-01-01T00:00:00Z'), [sets[0]!]).verdict).toBe('unjudged');
  });

  it("prefers the limit of the vehicle's own kind", () => {
    const sets: LimitSet[] = [
      {
        limits: [
          { axles: 3, limit: 25_000, andMore: true },
          { axles: 4, kind: 'train', limit: 36_000, andMore: false },
        ],
      },
    ];
    expect(judge(pass('train', 4, 100), sets)).toMatchObject({ limit: 36_000 });
    expect(judge(pass('truck', 4, 100), sets)).toMatchObject({ limit: 25_000 });
  });

  it('prefers the nearest number of axles, however the limits are listed', () => {
    const sets: LimitSet[] = [
      {
        limits: [
          { axles: 6, limit: 49_000, andMore: true },
          { axles: 8, limit: 55_000, andMore: false },
        ],
      },
    ];
    expect(judge(pass('truck', 7, 100), sets)).toMatchObject({ limit: 49_000 });
    expect(judge(pass('truck', 8, 100), sets)).toMatchObject({ limit: 55_000 });
    expect(judge(pass('truck', 9, 100), sets)).toMatchObject({ limit: 49_000 });
  });
});

describe('limitSetSchema', () => {
  it('takes the default sets and refuses nonsense', () => {
    for (const set of DEFAULT_LIMIT_SETS) expect(limitSetSchema.parse(set)).toEqual(set);
    for (const bad of [{ limits: [] }, { limits: [{ axles: 2, limit: 0 }] }, { validFrom: '2026', limits: [{ axles: 2, limit: 1 }] }]) {
      expect(limitSetSchema.safeParse(bad).success).toBe(false);
    }
  });

  it('refuses two limits for the same axles and kind', () => {
    const set = (...limits: { axles: number; kind?: string; andMore?: boolean }[]) => ({
      limits: limits.map((one) => ({ limit: 1, ...one })),
    });
    expect(limitSetSchema.safeParse(set({ axles: 3 }, { axles: 3, kind: 'train' }, { axles: 4 })).success).toBe(true);
    for (const bad of [set({ axles: 3 }, { axles: 3, andMore: true }), set({ axles: 3, kind: 'train' }, { axles: 3, kind: 'train' })]) {
      expect(limitSetSchema.safeParse(bad).error?.issues).toMatchObject([{ path: ['limits', 1] }]);
    }
  });
});

describe('limitSetsSchema', () => {
  const limits = [{ axles: 2, limit: 18_000 }];

  it('takes sets that begin at different times', () => {
    expect(limitSetsSchema.safeParse([{ limits }, { validFrom: '2026-01-01T00:00:00+08:00', limits }]).success).toBe(true);
  });

  it.each([
    ['no start', undefined, undefined],
    ['the same start', '2026-01-01T00:00:00+08:00', '2026-01-01T00:00:00+08:00'],
    ['the same start, written differently', '2026-01-01T00:00:00+08:00', '2025-12-31T16:00:00Z'],
  ])('refuses two sets with %s', (_, one, other) => {
    const sets = [
      { validFrom: one, limits },
      { validFrom: '2020-01-01T00:00:00+08:00', limits },
      { validFrom: other, limits },
    ];
    expect(limitSetsSchema.safeParse(sets).error?.issues).toMatchObject([{ path: [2] }]);
  });

  it('is what the settings are checked by', () => {
    expect(overloadSettingsSchema.parse({})).toEqual({ limits: DEFAULT_LIMIT_SETS });
    expect(overloadSettingsSchema.safeParse({ limits: [{ limits }, { limits }] }).success).toBe(false);
  });
});
