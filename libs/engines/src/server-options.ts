import type { EngineExit } from './managed-process.js';

/** What a server is started from, whichever it is. */
export interface ServerOptions {
  /** Absolute; made when absent. Its parent must exist. */
  dataDir: string;
  /** On the loopback address. */
  port: number;
  /** Takes the server's log, appended; `<dataDir>.log` unless said. */
  logFile?: string;
  /** Told when the server ends, whether asked for or not. */
  onExit?: (exit: EngineExit) => void;
  /** How long the server may take to be ready, recovery included; 60 s unless said. */
  startTimeoutMs?: number;
}

/** See {@link ServerOptions}. */
export const DEFAULT_START_MS = 60_000;

/** How often a server that starts is looked at. */
export const POLL_MS = 15;
