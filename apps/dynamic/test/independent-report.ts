import type { OverloadReport, PassRecord } from '@app/contracts';

const LIMITS: Record<string, number> = {
  'truck 2': 18_000,
  'truck 3': 25_000,
  'truck 4': 31_000,
  'truck 5': 43_000,
  'truck 6': 49_000,
  'train 2': 18_000,
  'train 3': 27_000,
  'train 4': 36_000,
  'train 5': 43_000,
  'train 6': 49_000,
};

type Row = OverloadReport['totals'];

/** What a report must say of passes, reckoned the long way round: nothing here is shared with what is tested. */
export function reportOf(records: readonly PassRecord[], keyOf: (record: PassRecord) => string): OverloadReport {
  const firsts = new Map<string, PassRecord>();
  for (const record of records) {
    const id = `${record.stationCode} ${record.recordId}`;
    if (!firsts.has(id)) firsts.set(id, record);
  }
  const rows = new Map<string, PassRecord[]>();
  for (const record of firsts.values()) rows.set(keyOf(record), [...(rows.get(keyOf(record)) ?? []), record]);
  const series = [...rows].map(([key, list]) => ({ key, ...rowOf(list) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return { totals: rowOf([...firsts.values()]), series };
}

function rowOf(records: readonly PassRecord[]): Row {
  const row: Row = { passes: records.length, trucks: 0, overloads: 0, unjudged: 0, overloadRate: 0, grossWeight: 0, overWeight: 0 };
  for (const { vehicleKind, axleCount, grossWeight } of records) {
    row.grossWeight += grossWeight;
    if (vehicleKind !== 'truck' && vehicleKind !== 'train') continue;
    row.trucks += 1;
    const limit = LIMITS[`${vehicleKind} ${Math.min(axleCount, 6)}`];
    if (limit === undefined) row.unjudged += 1;
    else if (BigInt(grossWeight) * 95n > BigInt(limit) * 100n) {
      row.overloads += 1;
      row.overWeight += Number((BigInt(grossWeight) * 95n - BigInt(limit) * 100n) / 100n);
    }
  }
  row.overloadRate =
    row.trucks === 0 ? 0 : Number((BigInt(row.overloads) * 20_000n + BigInt(row.trucks)) / (2n * BigInt(row.trucks))) / 100;
  return row;
}
