import { createLogger } from '@app/telemetry';

/** What of a process is used here; a test gives its own. */
export interface ProcessLike {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): void;
  connected: boolean;
}

/**
 * Ends the process as its signals ask: the first SIGTERM or SIGINT (or the end of the launcher that supervises it: its IPC channel closes) runs
 * `stop` and exits with 0, a second signal exits at once with 1. An error that nobody caught is logged and exits with 1: the state is not known any more.
 *
 * @param options `stop` never rejects; `isSupervised`: started by a launcher with an IPC channel
 */
export function followProcessEvents(options: { stop: () => Promise<void>; isSupervised: boolean }, target: ProcessLike = process): void {
  const logger = createLogger('Process');
  let isStopping = false;
  const stop = (reason: string) => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ reason }, 'Shutting down');
    void options.stop().then(() => {
      logger.info('Stopped');
      target.exit(0);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT']) {
    target.on(signal, () => {
      if (isStopping) {
        logger.warn({ signal }, 'Second signal: exiting at once');
        target.exit(1);
      }
      stop(signal);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    target.on(event, (error) => {
      logger.fatal({ err: error instanceof Error ? error : new Error(String(error)), event }, 'An error that nobody caught');
      target.exit(1);
    });
  }
  if (!options.isSupervised) return;
  if (target.connected) {
    target.on('disconnect', () => {
      stop('launcher gone');
    });
  } else stop('launcher gone');
}
