import { addCounts, noCounts, type OverloadCounts, startOfDay, startOfHour } from '@app/contracts';

/** What is added to the roll-up of one station and one hour or day. */
export interface RollupDelta {
  /** Start of the hour or of the Asia/Shanghai day, ms since the epoch. */
  bucket: number;
  stationCode: string;
  counts: OverloadCounts;
}

/** What one pass adds. */
export interface Countable {
  stationCode: string;
  /** ms since the epoch */
  passedAt: number;
  counts: OverloadCounts;
}

/** The hourly and daily deltas of some passes, ascending by bucket and station: all writers lock rows in one order. */
export function rollUp(passes: readonly Countable[]): { hours: RollupDelta[]; days: RollupDelta[] } {
  const hours = sumBy(passes.map((pass) => ({ bucket: startOfHour(pass.passedAt), stationCode: pass.stationCode, counts: pass.counts })));
  const days = sumBy(hours.map((hour) => ({ ...hour, bucket: startOfDay(hour.bucket) })));
  return { hours, days };
}

function sumBy(deltas: readonly RollupDelta[]): RollupDelta[] {
  const sums = new Map<string, RollupDelta>();
  for (const { bucket, stationCode, counts } of deltas) {
    const key = `${bucket} ${stationCode}`;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = { bucket, stationCode, counts: noCounts() };
      sums.set(key, sum);
    }
    addCounts(sum.counts, counts);
  }
  return [...sums.values()].sort((a, b) => a.bucket - b.bucket || (a.stationCode < b.stationCode ? -1 : 1));
}
