import {
  DAY_MS,
  isTruck,
  type Judgement,
  judge,
  type LimitSet,
  type LineFault,
  type OverloadCounts,
  parsePassRecord,
  type PassRecord,
} from '@app/contracts';
import type { LogRecord, Offset } from '@app/streaming';

/**
 * How far ahead a pass may be was decided when it came in, by the clock of the ingest; the clock of the log may be behind that one, and nothing
 * that was accepted may be lost. What lies further ahead came past the ingest, and would make partitions of days that are not there yet.
 */
const CLOCK_TOLERANCE_MS = DAY_MS;

/** A pass and what it comes to by the rules in force when it happened. `passedAt` in ms since the epoch. */
export interface JudgedPass {
  record: PassRecord;
  stationCode: string;
  passedAt: number;
  judgement: Judgement;
  counts: OverloadCounts;
}

/** A record of the log that is no pass record: whoever wrote it did not come through the ingest. */
export interface RefusedRecord extends LineFault {
  offset: Offset;
}

/** What {@link judgePasses} made of some records of the log. */
export interface JudgedBatch {
  /** First of each key only: a later one is its duplicate. */
  passes: JudgedPass[];
  duplicates: number;
  refused: RefusedRecord[];
}

/**
 * Reads, judges and de-duplicates the records of a batch. Depends on nothing but its arguments, so a replay comes to the same.
 *
 * @param limits in force, see `judge`
 */
export function judgePasses(records: readonly LogRecord[], limits: readonly LimitSet[]): JudgedBatch {
  const passes = new Map<string, JudgedPass>();
  const refused: RefusedRecord[] = [];
  let duplicates = 0;
  for (const { value, at, offset } of records) {
    const parsed = parsePassRecord(value, at + CLOCK_TOLERANCE_MS);
    if (!parsed.ok) {
      refused.push({ offset, ...parsed.fault });
      continue;
    }
    const key = passKey(parsed.record);
    if (passes.has(key)) duplicates += 1;
    else passes.set(key, judgePass(parsed.record, limits));
  }
  return { passes: [...passes.values()], duplicates, refused };
}

/** What makes two records the same pass. Station codes all have one length, so no two keys run together. */
export function passKey({ stationCode, recordId }: Pick<PassRecord, 'stationCode' | 'recordId'>): string {
  return stationCode + recordId;
}

function judgePass(record: PassRecord, limits: readonly LimitSet[]): JudgedPass {
  const judgement = judge(record, limits);
  return {
    record,
    stationCode: record.stationCode,
    passedAt: Date.parse(record.passedAt),
    judgement,
    counts: {
      passes: 1,
      trucks: isTruck(record.vehicleKind) ? 1 : 0,
      overloads: judgement.verdict === 'overloaded' ? 1 : 0,
      unjudged: judgement.verdict === 'unjudged' ? 1 : 0,
      grossWeight: record.grossWeight,
      overWeight: judgement.overWeight,
    },
  };
}
