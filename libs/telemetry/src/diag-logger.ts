import type { DiagLogger } from '@opentelemetry/api';
import type { Logger } from 'pino';

const REPEAT_MS = 60_000;

/** What the OpenTelemetry SDK reports (a collector that does not answer), at most one line a minute: a lost collector must not fill the log. */
export function createDiagLogger(logger: Logger, now: () => number = Date.now): DiagLogger {
  let silentUntil = 0;
  let withheld = 0;
  const report = (message: string) => {
    if (now() < silentUntil) {
      withheld += 1;
      return;
    }
    silentUntil = now() + REPEAT_MS;
    logger.warn({ withheld }, shorten(message));
    withheld = 0;
  };
  return { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore };
}

/** The SDK gives an error as JSON with its whole stack. */
function shorten(message: string): string {
  const found = /"message":"((?:[^"\\]|\\.)*)"/.exec(message);
  return `Spans: ${(found?.[1] ?? message).slice(0, 200)}`;
}

function ignore(): void {
  // The level given to `diag.setLogger` leaves these out already.
}
