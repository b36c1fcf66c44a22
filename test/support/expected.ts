/**
 * What a report must say, computed apart from the platform's own code: nothing here imports it.
 */

/** The fields of a pass record that figures depend on. */
export interface Pass {
  recordId: string;
  stationCode: string;
  passedAt: string;
  vehicleKind: string;
  axleCount: number;
  grossWeight: number;
}

export interface Figures {
  passes: number;
  trucks: number;
  overloads: number;
  unjudged: number;
  overloadRate: number;
  grossWeight: number;
  overWeight: number;
}

const LIMITS: Record<string, number | undefined> = {
  'truck 2': 18000,
  'train 2': 18000,
  'truck 3': 25000,
  'train 3': 27000,
  'truck 4': 31000,
  'train 4': 36000,
  'truck 5': 43000,
  'train 5': 43000,
  'truck 6': 49000,
  'train 6': 49000,
};

/** Figures of passes, each station + record id counted once. */
export function expectedFigures(passes: readonly Pass[]): Figures {
  const seen = new Set<string>();
  const sum = { passes: 0, trucks: 0, overloads: 0, unjudged: 0, grossWeight: 0, overWeight: 0 };
  for (const pass of passes) {
    const key = `${pass.stationCode} ${pass.recordId}`;
    if (seen.has(key)) continue;
    seen.add(key);
    sum.passes += 1;
    sum.grossWeight += pass.grossWeight;
    if (pass.vehicleKind !== 'truck' && pass.vehicleKind !== 'train') continue;
    sum.trucks += 1;
    const limit = LIMITS[`${pass.vehicleKind} ${String(Math.min(pass.axleCount, 6))}`];
    if (limit === undefined) sum.unjudged += 1;
    else if (BigInt(pass.grossWeight) * 95n > BigInt(limit) * 100n) {
      sum.overloads += 1;
      sum.overWeight += Number((BigInt(pass.grossWeight) * 95n - BigInt(limit) * 100n) / 100n);
    }
  }
  const overloadRate =
    sum.trucks === 0 ? 0 : Number((BigInt(sum.overloads) * 100_000n + BigInt(sum.trucks) * 5n) / (BigInt(sum.trucks) * 10n)) / 100;
  return { ...sum, overloadRate };
}

/** Figures by key, ascending, as a report's series. */
export function expectedSeries(passes: readonly Pass[], keyOf: (pass: Pass) => string): (Figures & { key: string })[] {
  const groups = Map.groupBy(passes, keyOf);
  return [...groups.keys()].sort().map((key) => ({ key, ...expectedFigures(groups.get(key) ?? []) }));
}

/** `YYYY-MM-DD` of a pass in the province. */
export function dayOf(pass: Pass): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date(pass.passedAt));
}
