import {
  DAY_MS,
  type DecidedLimit,
  decideLimit,
  isTruck,
  type Judgement,
  judgeBy,
  type LimitSet,
  type LineFault,
  type OverloadCounts,
  parseLimit,
  parsePassRecord,
  type PassRecord,
} from '@app/contracts';
import type { LogRecord, Offset } from '@app/streaming';

/**
 * How far ahead a pass may be was decided when it came in, by the clock of the ingest; the clock of the log may be behind that one, and nothing
 * that was accepted may be lost. What lies further ahead came past the ingest, and would make partitions of days that are not there yet.
 */
const CLOCK_TOLERANCE_MS = DAY_MS;

/** A pass and what it comes to by the limit that was decided for it. `passedAt`, `limitValidFrom` in ms since the epoch. */
export interface JudgedPass {
  record: PassRecord;
  stationCode: string;
  passedAt: number;
  judgement: Judgement;
  limitValidFrom: number | undefined;
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
 * @param limits for records that came into the log without their limit
 */
export function judgePasses(records: readonly LogRecord[], limits: readonly LimitSet[]): JudgedBatch {
  const passes = new Map<string, JudgedPass>();
  const refused: RefusedRecord[] = [];
  let duplicates = 0;
  for (const { value, header, at, offset } of records) {
    const parsed = parsePassRecord(value, at + CLOCK_TOLERANCE_MS);
    if (!parsed.ok) {
      refused.push({ offset, ...parsed.fault });
      continue;
    }
    const key = passKey(parsed.record);
    if (passes.has(key)) duplicates += 1;
    else passes.set(key, judgePass(parsed.record, parseLimit(header) ?? decideLimit(parsed.record, limits)));
  }
  return { passes: [...passes.values()], duplicates, refused };
}

/** What makes two records the same pass. Station codes all have one length, so no two keys run together. */
export function passKey({ stationCode, recordId }: Pick<PassRecord, 'stationCode' | 'recordId'>): string {
  return stationCode + recordId;
}

function judgePass(record: PassRecord, decided: DecidedLimit): JudgedPass {
  const judgement = judgeBy(record, decided);
  return {
    record,
    stationCode: record.stationCode,
    passedAt: Date.parse(record.passedAt),
    judgement,
    limitValidFrom: decided.validFrom,
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
