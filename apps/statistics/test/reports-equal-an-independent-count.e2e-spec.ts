import { type PassRecord, STATIONS } from '@app/contracts';
import { passRecord, waitFor } from '@app/testing';
import { expectedReport } from './support/expected-report.js';
import { StatisticsPlatform } from './support/statistics-platform.js';

const HOUR_MS = 3_600_000;
const GROUPS = ['hour', 'day', 'station', 'county', 'city'] as const;

/** Whole hours from midnight of 2026-03-01, +08:00. */
const at = (hours: number) => new Date(Date.parse('2026-03-01T00:00:00+08:00') + hours * HOUR_MS).toISOString();

/** Repeatable randomness: a failure can be looked at again. */
function createDice(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
  return { next, below: (limit: number) => Math.floor(next() * limit) };
}

function randomRecord(dice: ReturnType<typeof createDice>, hours: number): PassRecord {
  const kinds = ['truck', 'train', 'bus', 'car'] as const;
  const axleCount = 1 + dice.below(8);
  return passRecord({
    stationCode: STATIONS[dice.below(STATIONS.length)]!.code,
    vehicleKind: kinds[dice.below(kinds.length)]!,
    axleCount,
    grossWeight: 1_000 + dice.below(65_000),
    passedAt: new Date(Date.parse(at(0)) + Math.floor(dice.next() * hours * HOUR_MS)).toISOString(),
  });
}

describe('GET /reports/overload', () => {
  let platform: StatisticsPlatform;

  beforeAll(async () => {
    platform = await StatisticsPlatform.start();
  });
  afterAll(() => platform.stop());

  describe('over five days of random records, with duplicates, in no order of time', () => {
    const dice = createDice(20260301);
    const records = Array.from({ length: 4_000 }, () => randomRecord(dice, 120));

    beforeAll(async () => {
      const again = records.filter(() => dice.next() < 0.1).map((record) => ({ ...record, grossWeight: record.grossWeight + 1 }));
      await platform.append(records.slice(0, 2_500));
      await platform.append([...again.slice(0, 50), ...records.slice(2_000)]);
      await platform.append(again);
      await platform.caughtUp();
    });

    const areas = [undefined, '33', '3307', '330106', '34'];
    const ranges = [
      [0, 120],
      [0, 24],
      [5, 6],
      [23, 25],
      [1, 119],
      [24, 96],
      [20, 100],
      [-48, 500],
      [200, 300],
    ] as const;

    it.each(GROUPS)('equals the independent count by %s for every range and area', async (by) => {
      for (const [first, last] of ranges) {
        for (const area of areas) {
          const query = { from: at(first), to: at(last), by, ...(area !== undefined && { area }) };
          expect({ query, ...(await platform.report(query)) }).toEqual({ query, ...expectedReport(records, query) });
        }
      }
    });

    it('equals it for random ranges with any offset', async () => {
      for (let round = 0; round < 40; round += 1) {
        const first = dice.below(120);
        const to = at(first + 1 + dice.below(100));
        const from = new Date(Date.parse(at(first)) - 5 * HOUR_MS).toISOString().replace('Z', '-05:00');
        const query = { from, to, by: GROUPS[dice.below(GROUPS.length)]! };
        expect({ query, ...(await platform.report(query)) }).toEqual({ query, ...expectedReport(records, query) });
      }
    });
  });

  describe('at the borders of hours and days', () => {
    it('puts a pass into its hour and day by +08:00, to the millisecond', async () => {
      const times = ['2025-12-31T23:59:59.999+08:00', '2026-01-01T00:00:00+08:00', '2025-12-31T16:59:59.999Z', '2025-12-31T17:00:00Z'];
      await platform.append(times.map((passedAt) => passRecord({ passedAt })));
      await platform.caughtUp();
      const range = { from: '2025-12-31T00:00:00+08:00', to: '2026-01-02T00:00:00+08:00' };
      const keysAndPasses = async (by: string) => (await platform.report({ ...range, by })).series.map(({ key, passes }) => [key, passes]);
      expect(await keysAndPasses('day')).toEqual([
        ['2025-12-31', 1],
        ['2026-01-01', 3],
      ]);
      expect(await keysAndPasses('hour')).toEqual([
        ['2025-12-31T23:00:00+08:00', 1],
        ['2026-01-01T00:00:00+08:00', 2],
        ['2026-01-01T01:00:00+08:00', 1],
      ]);
    });
  });

  describe('the rate', () => {
    it('is in percent with two decimals, rounded half up', async () => {
      // 1 of 32 = 3.125 %, 1 of 3 = 33.333 %, 2 of 3 = 66.667 %, 1 of 800 = 0.125 %
      const mixes = { '3302030001': [1, 31], '3302050001': [1, 2], '3302060001': [2, 1], '3302110001': [1, 799] } as const;
      const records = Object.entries(mixes).flatMap(([stationCode, [over, legal]]) =>
        Array.from({ length: over + legal }, (_, index) =>
          passRecord({ stationCode, passedAt: '2024-05-01T12:00:00+08:00', grossWeight: index < over ? 20_000 : 15_000 }),
        ),
      );
      await platform.append(records);
      await platform.caughtUp();
      const { series } = await platform.report({ from: '2024-05-01T00:00:00Z', to: '2024-05-02T00:00:00Z', by: 'station' });
      expect(series.map(({ overloadRate }) => overloadRate)).toEqual([3.13, 33.33, 66.67, 0.13]);
    });
  });

  describe('the last kilogram that is not overloaded, the first that is, and the next', () => {
    const LIMITS = [
      ['truck', 2, 18_000],
      ['truck', 3, 25_000],
      ['train', 3, 27_000],
      ['truck', 4, 31_000],
      ['train', 4, 36_000],
      ['train', 5, 43_000],
      ['train', 6, 49_000],
      ['truck', 9, 49_000],
    ] as const;

    it.each(LIMITS)('%s with %i axles', async (vehicleKind, axleCount, limit) => {
      const first = Math.floor((limit * 20) / 19) + 1;
      const stationCode = `33031100${String(LIMITS.findIndex(([kind, axles]) => kind === vehicleKind && axles === axleCount)).padStart(2, '0')}`;
      const records = [first - 1, first, first + 1].map((grossWeight) =>
        passRecord({ stationCode, vehicleKind, axleCount, grossWeight, passedAt: '2024-06-01T12:00:00+08:00' }),
      );
      await platform.append(records);
      await platform.caughtUp();
      const { series } = await platform.report({ from: '2024-06-01T00:00:00Z', to: '2024-06-02T00:00:00Z', by: 'station', area: '330311' });
      const figures = series.find(({ key }) => key === stationCode);
      const overWeight = Math.floor((19 * (first + 1) - 20 * limit) / 20) + Math.floor((19 * first - 20 * limit) / 20);
      expect(figures).toMatchObject({ passes: 3, trucks: 3, overloads: 2, unjudged: 0, overWeight, overloadRate: 66.67 });
      const violations = await platform.database.query<{ gross_weight: number; weight_limit: number; over_weight: number }>(
        'SELECT gross_weight, weight_limit, over_weight FROM violation WHERE station_code = $1 ORDER BY gross_weight',
        [stationCode],
      );
      expect(violations.map(({ gross_weight, weight_limit }) => [gross_weight, weight_limit])).toEqual([
        [first, limit],
        [first + 1, limit],
      ]);
    });
  });

  describe('what a log may hold', () => {
    it('answers for the first and the last days of the calendar', async () => {
      const hours = ['0001-01-01T00:00:00+08:00', '0001-01-01T15:00:00+08:00', '0001-01-02T00:00:00+08:00'];
      await platform.append(hours.map((passedAt) => passRecord({ stationCode: '3309029001', passedAt })));
      await platform.caughtUp();
      const first = { from: '0001-01-01T00:00:00+08:00', to: '0001-02-01T00:00:00+08:00', area: '3309' };
      expect((await platform.report({ ...first, by: 'hour' })).series.map(({ key }) => key)).toEqual(hours);
      expect((await platform.report({ ...first, by: 'day' })).series.map(({ key, passes }) => [key, passes])).toEqual([
        ['0001-01-01', 2],
        ['0001-01-02', 1],
      ]);
      const last = { from: '9999-12-01T00:00:00+08:00', to: '9999-12-31T16:00:00Z', by: 'day' };
      expect((await platform.report(last)).series).toEqual([]);
    });

    it('stores records of any date, in days of their own or in the archive', async () => {
      const passedAt = ['0001-01-01T00:00:00+08:00', '0001-06-01T00:00:00Z', '1988-07-01T00:30:00+08:00', '2012-02-29T23:59:59+08:00'];
      const recent = new Date(Date.now() - 30 * 24 * HOUR_MS).toISOString();
      await platform.append([...passedAt, recent].map((time) => passRecord({ stationCode: '3304029001', passedAt: time })));
      await platform.caughtUp();
      const query = { from: '1988-07-01T00:00:00+08:00', to: '2012-03-01T00:00:00+08:00', by: 'day', area: '3304' };
      expect((await platform.report(query)).series.map(({ key }) => key)).toEqual(['1988-07-01', '2012-02-29']);
      const rows = await platform.database.query<{ partition: string; count: number }>(
        `SELECT tableoid::regclass::text AS partition, count(*)::int AS count FROM pass_record WHERE station_code = '3304029001' GROUP BY 1 ORDER BY 1`,
      );
      const local = new Date(Date.parse(recent) + 8 * HOUR_MS).toISOString().slice(0, 10).replaceAll('-', '');
      expect(rows).toEqual([
        { partition: `pass_record_${local}`, count: 1 },
        { partition: 'pass_record_archive', count: 4 },
      ]);
    });

    it('keeps every field of a record', async () => {
      const record = passRecord({
        stationCode: '3305029001',
        recordId: 'a\\b "c" 车,{}',
        passedAt: '2025-05-05T05:05:05.123+08:00',
        lane: 3,
        direction: 'down',
        plate: '浙A12345D',
        plateColour: 93,
        axleCount: 3,
        axleWeights: [1_000.5, 0, 2_000],
        axleSpacings: [3_500, 1_300.25],
        grossWeight: 30_000,
        length: 9_000.5,
        speed: 55.55,
        media: [{ kind: 'snapshot', uri: 's3://evidence/3305029001/1.jpg', sha256: 'a'.repeat(64) }],
      });
      await platform.append([record]);
      await platform.caughtUp();
      const [row] = await platform.database.query<Record<string, unknown>>(`SELECT * FROM pass_record WHERE station_code = '3305029001'`);
      expect(row).toEqual({
        station_code: record.stationCode,
        record_id: record.recordId,
        passed_at: new Date(record.passedAt),
        lane: 3,
        direction: 'down',
        plate: '浙A12345D',
        plate_colour: 93,
        vehicle_kind: 'truck',
        axle_count: 3,
        axle_weights: [1_000.5, 0, 2_000],
        axle_spacings: [3_500, 1_300.25],
        gross_weight: 30_000,
        length: 9_000.5,
        speed: 55.55,
        media: record.media,
        verdict: 'overloaded',
        weight_limit: 25_000,
        over_weight: 3_500,
      });
    });

    it('passes over what is no pass record and stores what follows', async () => {
      await platform.appendRaw('3306029001', 'not json');
      await platform.appendRaw('3306029001', JSON.stringify({ ...passRecord(), surprise: 1 }));
      await platform.append([passRecord({ stationCode: '3306029001', passedAt: '2024-07-01T12:00:00+08:00' })]);
      await platform.caughtUp();
      const { totals } = await platform.report({ from: '2024-07-01T00:00:00Z', to: '2024-07-02T00:00:00Z', by: 'city' });
      expect(totals.passes).toBe(1);
      const metrics = await waitFor(async () => (await fetch(`${platform.url}/metrics`)).text());
      expect(metrics).toMatch(/statistics_records_total\{outcome="refused"\} 2/);
    });
  });
});
