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
  /** Entries of the trees that one transaction reads or deletes. */
  readonly txnEntries: number;
  /** Keys and values that one transaction reads, in bytes as they are answered; what it writes itself is not counted. */
  readonly txnBytes: number;
  /** Entries that the commands of one write go through together; one that is alone may have more. */
  readonly batchEntries: number;
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
  txnBytes: 32 * MIB,
  // About 50 ms.
  batchEntries: 40_000,
  waitingCommands: 4_096,
};

/** What the Consul API has under way at once. */
export interface TrafficLimits {
  /** Blocking queries that wait for a change. */
  readonly heldQueries: number;
  /** Bodies of requests that are being read or written down, in bytes; those of up to {@link SHORT_BODY_BYTES} are read beyond it. */
  readonly bodyBytes: number;
  /**
   * Answers longer than {@link SHORT_ANSWER_BYTES} on their way to clients, in bytes; a longer one goes out alone. One that is made while
   * it is sent counts for no more than {@link MADE_WHILE_SENT_BYTES}.
   */
  readonly answerBytes: number;
  /** Answers that are kept for the next who asks the same, in bytes. */
  readonly cachedBytes: number;
  /** A client that does not take `leastBytes` of its answer, or what is left of it, in this time is cut off, in ms. */
  readonly stalledMs: number;
  /** 1 MiB in 30 s is 35 KB/s: less than any network has that services talk over. */
  readonly leastBytes: number;
  /** Who takes longer than this for `leastBytes` of a long answer, or for sending a body, gives way to another that needs the room, in ms. */
  readonly yieldMs: number;
  /** The head of a request comes in this time, and of a body something each time, or the connection is closed; in ms. */
  readonly unfinishedMs: number;
  /** A whole request comes in this time, or the connection is closed, in ms. */
  readonly requestMs: number;
  /** One more makes the longest idle one give way; those whose request is not complete are idle too. */
  readonly connections: number;
  /** Requests that wait for the answer to the one before on their connection, on all connections. */
  readonly pipelined: number;
}

/**
 * Answers up to this are always sent: what others take can never be a reason to refuse them. A connection has no more than one under way,
 * and what the system takes of it is no longer here.
 */
export const SHORT_ANSWER_BYTES = 64 * KIB;

/** Bodies up to this are always read: a connection sends one at a time, and who is slow gives way to them. */
export const SHORT_BODY_BYTES = 64 * KIB;

/** What an answer that is made while it is sent keeps in memory: a piece, the list of its entries, and those that change meanwhile. */
export const MADE_WHILE_SENT_BYTES = 8 * MIB;

/** What the Consul API takes at once. */
export const TRAFFIC_LIMITS: TrafficLimits = {
  heldQueries: 2_000,
  bodyBytes: 8 * MIB,
  answerBytes: 32 * MIB,
  cachedBytes: 8 * MIB,
  stalledMs: 30_000,
  leastBytes: MIB,
  yieldMs: 2_000,
  unfinishedMs: 10_000,
  // The longest body is 1 MiB: 17 KB/s.
  requestMs: 60_000,
  connections: 4_000,
  // As many short ones are read at once: requests that are answered at once are done before more are read.
  pipelined: 4_000,
};

/** Keys of deleted entries that are remembered, in bytes. */
export const MAX_TOMBSTONE_BYTES = MIB;

/** Keys that cannot be acquired for a while after their session has ended, in bytes: of more the oldest can be acquired at once. */
export const MAX_LOCK_DELAY_BYTES = 2 * MIB;

/** What is written to the log or a snapshot at once, in characters; the last record may go beyond it. */
export const MAX_WRITE_LENGTH = MIB;

/** The longest line of a log or snapshot that is read, in bytes: several times the longest that is written. */
export const MAX_LINE_BYTES = 32 * MIB;

/** A longer answer is not indented by `?pretty`, in bytes. */
export const MAX_PRETTY_BYTES = MIB;

/** The longest `filter` of a request, in characters. */
export const MAX_FILTER_LENGTH = 16 * KIB;

/** How many brackets and `not`s may be around one comparison of a filter. */
export const MAX_FILTER_DEPTH = 64;

/** How large the regular expressions of one filter may be together: about their instructions. */
export const MAX_PATTERN_SIZE = 20_000;

/**
 * The steps of one filter for one list: a comparison takes one, a regular expression its instructions for each character. In the worst
 * case they take a third of a second, in an ordinary one a few milliseconds.
 */
export const MAX_FILTER_STEPS = 2_000_000;

/** What the longer filters of all clients together may take: at once, and of each second; shorter ones are only counted. */
export const FILTER_TIME = { burstMs: 1_000, msPerSecond: 250, shortSteps: 10_000 };
