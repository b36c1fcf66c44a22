import { type OverloadCounts, Topic } from '@app/contracts';
import { hashTag } from '@app/streaming';

/** What the keys of a partition's state are called behind its prefix; those that end in a colon go on. */
export const Key = {
  /** The last record of the log whose result is in the state. */
  Offset: 'offset',
  /** Hash of station -> number of its marks. */
  Marks: 'marks',
  /** `<station>:<n>`: the n-th set of a station's marks. */
  MarkSet: 'm:',
  /** `<station>`: marks of records that are in the log and not counted yet. */
  Appended: 'appended:',
  /** Sorted set of the days that have any counters. */
  Days: 'days',
  /** `<number>`, `<number>`, `<YYYY-MM>`: hashes of station -> counts of passes in that time, see {@link parseCounts}. */
  Hour: 'hour:',
  Day: 'day:',
  Month: 'month:',
  /** `<number>`: hashes of county -> tally of arrivals in that time, see {@link parseTally}. */
  Minute: 'minute:',
  Today: 'today:',
  /** `<county>`: list of overloaded passes, newest first. */
  Newest: 'newest:',
  /** Set of the counties that have such a list. */
  Counties: 'counties',
} as const;

/** What a pass counts as: not a truck, a truck within its limit, an overloaded one, one without a limit. */
export const Kind = { Other: 0, Normal: 1, Overloaded: 2, Unjudged: 3 } as const;

/** The start of every key of one partition's state, which a script changes together with the log's partition: one hash slot. */
export function partitionPrefix(partition: number): string {
  return `dynamic:${hashTag(Topic.PassRecords, partition)}:`;
}

/** The key of the partition's offset. */
export function offsetKey(partition: number): string {
  return partitionPrefix(partition) + Key.Offset;
}

/** Reads counts, in the order in which the commit script writes them. */
export function parseCounts(text: string): OverloadCounts {
  const [passes = 0, trucks = 0, overloads = 0, unjudged = 0, grossWeight = 0, overWeight = 0] = text.split(',').map(Number);
  return { passes, trucks, overloads, unjudged, grossWeight, overWeight };
}

/** Reads a tally, in the order in which the commit script writes it. */
export function parseTally(text: string): { passes: number; overloads: number } {
  const [passes = 0, overloads = 0] = text.split(',').map(Number);
  return { passes, overloads };
}
