const KIB = 1024;
const MIB = 1024 * KIB;

/** How much the state may hold. Together with what is under way this stays well within the heap that the launcher gives the registry. */
export interface StoreLimits {
  /** Keys and values together, in bytes as clients send them. */
  readonly kvBytes: number;
  readonly kvKeys: number;
  readonly nodes: number;
  readonly services: number;
  readonly checks: number;
  /** Registrations of services and checks, in bytes of their JSON; what checks say, which is cut, is not counted. */
  readonly catalogBytes: number;
  readonly sessions: number;
  /** Sessions, in bytes of their JSON. */
  readonly sessionBytes: number;
  /** Entries of the trees that one transaction reads. */
  readonly txnEntries: number;
  /** Commands that wait for the disk. */
  readonly waitingCommands: number;
}

/** What the state of the registry may hold. */
export const STORE_LIMITS: StoreLimits = {
  kvBytes: 16 * MIB,
  kvKeys: 150_000,
  nodes: 1_000,
  services: 1_000,
  checks: 2_000,
  catalogBytes: 4 * MIB,
  sessions: 5_000,
  sessionBytes: 2 * MIB,
  txnEntries: 200_000,
  waitingCommands: 4_096,
};

/** What the Consul API has under way at once. */
export interface TrafficLimits {
  /** Blocking queries that wait for a change. */
  readonly heldQueries: number;
  /** Bodies of requests that are being read or written down, in bytes. */
  readonly bodyBytes: number;
  /** Answers on their way to clients, in bytes; a longer one goes out alone. */
  readonly answerBytes: number;
  /** Answers that are kept for the next who asks the same, in bytes. */
  readonly cachedBytes: number;
  /** A client that takes nothing of its answer for this long is cut off, in ms. */
  readonly stalledMs: number;
  readonly connections: number;
}

/** What the Consul API takes at once. */
export const TRAFFIC_LIMITS: TrafficLimits = {
  heldQueries: 2_000,
  bodyBytes: 8 * MIB,
  answerBytes: 32 * MIB,
  cachedBytes: 8 * MIB,
  stalledMs: 30_000,
  connections: 4_000,
};

/** Keys of deleted entries that are remembered, in bytes. */
export const MAX_TOMBSTONE_BYTES = MIB;

/** Keys that cannot be acquired for a while after their session has ended, in bytes: of more the oldest can be acquired at once. */
export const MAX_LOCK_DELAY_BYTES = 2 * MIB;

/** What is written to the log or a snapshot at once, in characters; the last record may go beyond it. */
export const MAX_WRITE_LENGTH = MIB;

/** The longest line of a log or snapshot that is read, in bytes: several times the longest that is written. */
export const MAX_LINE_BYTES = 32 * MIB;

/** The longest `filter` of a request, in characters. */
export const MAX_FILTER_LENGTH = 16 * KIB;

/** How many brackets and `not`s may be around one comparison of a filter. */
export const MAX_FILTER_DEPTH = 64;

/** What a regular expression of a filter may take while one list is filtered. */
export const MAX_MATCHING_MS = 1_000;
