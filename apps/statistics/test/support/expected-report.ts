import type { OverloadReport, PassRecord, ReportGroup } from '@app/contracts';

/** Limits in kg by kind and axles, written down once more: what is tested must not vouch for itself. */
const LIMITS: Record<string, Record<number, number>> = {
  truck: { 2: 18_000, 3: 25_000, 4: 31_000, 5: 43_000 },
  train: { 2: 18_000, 3: 27_000, 4: 36_000, 5: 43_000 },
};
const FROM_SIX_AXLES = 49_000;

const KEY_OF: Record<ReportGroup, (record: PassRecord) => string> = {
  hour: (record) => `${localTime(record).slice(0, 13)}:00:00+08:00`,
  day: (record) => localTime(record).slice(0, 10),
  station: ({ stationCode }) => stationCode,
  county: ({ stationCode }) => stationCode.slice(0, 6),
  city: ({ stationCode }) => stationCode.slice(0, 4),
};

/** The report that distinct records must come to, counted one by one in whole numbers. */
export function expectedReport(
  records: readonly PassRecord[],
  query: { from: string; to: string; by: ReportGroup; area?: string },
): OverloadReport {
  const inside = records.filter(
    ({ passedAt, stationCode }) =>
      Date.parse(passedAt) >= Date.parse(query.from) &&
      Date.parse(passedAt) < Date.parse(query.to) &&
      stationCode.startsWith(query.area ?? ''),
  );
  const groups = Map.groupBy(inside, KEY_OF[query.by]);
  return {
    totals: count(inside),
    series: [...groups].map(([key, members]) => ({ key, ...count(members) })).sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

function count(records: readonly PassRecord[]): OverloadReport['totals'] {
  const trucks = records.filter(({ vehicleKind }) => vehicleKind === 'truck' || vehicleKind === 'train');
  const over = trucks.flatMap((truck) => {
    const limit = limitOf(truck);
    if (limit === undefined) return [];
    const excess = 19n * BigInt(truck.grossWeight) - 20n * BigInt(limit);
    return excess > 0n ? [excess / 20n] : [];
  });
  return {
    passes: records.length,
    trucks: trucks.length,
    overloads: over.length,
    unjudged: trucks.filter((truck) => limitOf(truck) === undefined).length,
    overloadRate: rate(BigInt(over.length), BigInt(trucks.length)),
    grossWeight: records.reduce((sum, { grossWeight }) => sum + grossWeight, 0),
    overWeight: Number(over.reduce((sum, kilograms) => sum + kilograms, 0n)),
  };
}

function limitOf({ vehicleKind, axleCount }: PassRecord): number | undefined {
  return axleCount >= 6 ? FROM_SIX_AXLES : LIMITS[vehicleKind]?.[axleCount];
}

/** Percent with two decimals, half up: hundredths of a percent are a whole number. */
function rate(part: bigint, whole: bigint): number {
  if (whole === 0n) return 0;
  const twice = (part * 20_000n) / whole;
  return Number(`${(twice + 1n) / 2n}e-2`);
}

function localTime({ passedAt }: PassRecord): string {
  return new Date(Date.parse(passedAt) + 8 * 3_600_000).toISOString();
}
