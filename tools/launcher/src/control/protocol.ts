import type { PartStatus } from '../supervise/supervisor.ts';

/** What can be asked of a running launcher, one JSON object on one line. */
export type ControlRequest = { command: 'status' } | { command: 'stop' } | { command: 'restart'; part: string };

/** How a whole platform is. */
export interface PlatformStatus {
  running: true;
  /** The launcher's process. */
  pid: number;
  dataFolder: string;
  address: string;
  /** Address of the Consul API: the registry's, or that of others. */
  consul: string;
  /** RFC 3339. */
  startedAt: string;
  parts: PartStatus[];
}

/** What a launcher answers, one JSON object per line: any number of lines for the person, then the end. */
export type ControlAnswer = { say: string } | { failed: string } | { done: true; status?: PlatformStatus };

/** Longest request or answer line in characters. */
export const MAX_LINE = 1_000_000;

/** How long a client that says nothing is waited for. */
export const SILENCE_MS = 5_000;

/** How long a launcher may take: a stop gives every tier its time, a restart waits for one stop and one start. */
export const ANSWER_WITHIN_MS = { status: 5_000, stop: 120_000, restart: 180_000 } as const;
