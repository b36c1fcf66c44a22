import {
  countyOf,
  dayKey,
  decideLimit,
  isTruck,
  type Judgement,
  judgeBy,
  type LimitSet,
  parseLimit,
  parsePassRecord,
  type PassRecord,
} from '@app/contracts';
import type { LogRecord } from '@app/streaming';
import type { NewestPass } from '../live/live.types.js';
import { markOf } from '../marks/record-mark.js';
import { Kind } from '../state-layout.js';
import { chinaDay, hourNumber, minuteNumber } from '../time-buckets.js';
import { toOverloadedPass } from './overloaded-pass.js';

/** The passes of one station in a batch, column by column. Numbers of a table's rows count from 1, as Lua does. */
export interface StationPasses {
  code: string;
  /** No two alike. */
  marks: string[];
  /** Row of `counters`. */
  counter: number[];
  /** Row of `arrivals`. */
  arrival: number[];
  kind: number[];
  gross: number[];
  over: number[];
}

/** The records of a batch as the commit script takes them. */
export interface PassBatch {
  stations: StationPasses[];
  /** Station and the hour, day and month of the pass. */
  counters: [station: string, hour: string, day: string, month: string][];
  /** Minute and day of arrival, and county. */
  arrivals: [minute: string, day: string, county: string][];
  /** Overloaded passes in the order of the log: station's and pass' number, county, JSON of the event. */
  events: [station: number, pass: number, county: string, event: string][];
}

/** A record of the log that is no pass record. */
export interface UnreadableRecord {
  offset: string;
  field: string;
  reason: string;
}

/** What {@link toPassBatch} made of some records. */
export interface JudgedRecords {
  batch: PassBatch;
  unreadable: UnreadableRecord[];
}

/**
 * Reads and judges the records of one partition.
 *
 * @param limits for records that came into the log without their limit
 */
export function toPassBatch(records: readonly LogRecord[], limits: readonly LimitSet[]): JudgedRecords {
  const builder = new PassBatchBuilder();
  const unreadable: UnreadableRecord[] = [];
  for (const { offset, at, value, header } of records) {
    // How far ahead a pass may be was decided when it came in; here the clock is another one.
    const parsed = parsePassRecord(value, Infinity);
    if (!parsed.ok) {
      unreadable.push({ offset, ...parsed.fault });
      continue;
    }
    const { record } = parsed;
    builder.add(record, judgeBy(record, parseLimit(header) ?? decideLimit(record, limits)), at);
  }
  return { batch: builder.batch, unreadable };
}

class PassBatchBuilder {
  readonly batch: PassBatch = { stations: [], counters: [], arrivals: [], events: [] };
  private readonly rows = new Map<string, number>();
  private readonly seen = new Set<string>();

  /** @param at when the log took the record, ms since the epoch */
  add(record: PassRecord, judgement: Judgement, at: number): void {
    const { stationCode } = record;
    const mark = markOf(record.recordId);
    const key = stationCode + mark;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const { batch } = this;
    const passedAt = Date.parse(record.passedAt);
    const hour = hourNumber(passedAt);
    const minute = minuteNumber(at);
    const county = countyOf(stationCode);
    const row = this.row(stationCode, batch.stations, () => newStation(stationCode));
    const station = batch.stations[row - 1] ?? newStation(stationCode);
    const number = station.marks.push(mark);
    station.counter.push(this.row(`${hour}/${stationCode}`, batch.counters, () => [stationCode, `${hour}`, ...dayAndMonth(passedAt)]));
    station.arrival.push(this.row(`${minute}-${county}`, batch.arrivals, () => [`${minute}`, `${chinaDay(at)}`, county]));
    station.kind.push(kindOf(record, judgement));
    station.gross.push(record.grossWeight);
    station.over.push(judgement.overWeight);
    if (judgement.verdict === 'overloaded') batch.events.push([row, number, county, toEvent(record, judgement, at)]);
  }

  /** The number of a table's row with this key; made when there is none. Keys of the tables do not look alike. */
  private row<T>(key: string, table: T[], make: () => T): number {
    let number = this.rows.get(key);
    if (number === undefined) {
      number = table.push(make());
      this.rows.set(key, number);
    }
    return number;
  }
}

function newStation(code: string): StationPasses {
  return { code, marks: [], counter: [], arrival: [], kind: [], gross: [], over: [] };
}

function dayAndMonth(at: number): [day: string, month: string] {
  return [`${chinaDay(at)}`, dayKey(at).slice(0, 7)];
}

function kindOf(record: PassRecord, { verdict }: Judgement): number {
  if (!isTruck(record.vehicleKind)) return Kind.Other;
  if (verdict === 'overloaded') return Kind.Overloaded;
  return verdict === 'unjudged' ? Kind.Unjudged : Kind.Normal;
}

function toEvent(record: PassRecord, judgement: Judgement & { verdict: 'overloaded' }, at: number): string {
  const event: NewestPass = { at, pass: toOverloadedPass(record, judgement) };
  return JSON.stringify(event);
}
