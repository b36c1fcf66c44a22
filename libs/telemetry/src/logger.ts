import { createRequire } from 'node:module';
import { StartRefusedError } from '@app/errors';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { LineWriter } from './line-writer.js';
import { redact, serializeError } from './redaction.js';

export type { Logger } from 'pino';

/** The levels that LOG_LEVEL may name. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

let serviceName = 'unnamed';
let root: Logger | undefined;
const loggers = new Map<string, Logger>();

/**
 * The logger of a component, one per name. JSON lines: time (ISO), level (text), service, component, msg, traceId, spanId. `log.info({ count: 3 }, 'Sent')`;
 * an error goes under the key `err`. Values of keys that name secrets are censored. May be called while modules are loaded.
 *
 * @param component what speaks: a class name
 */
export function createLogger(component: string): Logger {
  root ??= createRootLogger();
  const known = loggers.get(component);
  if (known !== undefined) return known;
  const logger = root.child({ component });
  loggers.set(component, logger);
  return logger;
}

/** Sets the least severe level that is logged, by every logger of the process, from now on. */
export function setLogLevel(level: LogLevel): void {
  root ??= createRootLogger();
  for (const logger of [root, ...loggers.values()]) logger.level = level;
}

/** Sets the `service` of every line from now on, of loggers made before too. */
export function nameService(name: string): void {
  serviceName = name;
}

/**
 * The options of every logger of the platform.
 *
 * @param level one of {@link LOG_LEVELS}; anything else means info (see `checkLogLevel`, which start calls)
 */
export function loggerOptions(level: string | undefined): LoggerOptions {
  return {
    level: isLogLevel(level) ? level : 'info',
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: redact },
    serializers: { err: serializeError },
    mixin: () => ({ service: serviceName, ...spanIds() }),
  };
}

/**
 * @param level the value of LOG_LEVEL
 * @throws StartRefusedError that names the variable and the rule
 */
export function checkLogLevel(level: string | undefined): void {
  if (level !== undefined && level !== '' && !isLogLevel(level)) {
    throw new StartRefusedError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  }
}

function isLogLevel(level: string | undefined): level is LogLevel {
  return (LOG_LEVELS as readonly (string | undefined)[]).includes(level);
}

function spanIds(): { traceId?: string; spanId?: string } {
  const current = trace.getActiveSpan()?.spanContext();
  return current === undefined || !isSpanContextValid(current) ? {} : { traceId: current.traceId, spanId: current.spanId };
}

function createRootLogger(): Logger {
  const options = loggerOptions(process.env.LOG_LEVEL);
  return pino(options, isPretty() ? prettyStream() : new LineWriter(describeLoss));
}

function describeLoss(lines: number): string {
  const entry = { level: 'warn', time: new Date().toISOString(), service: serviceName, component: 'LineWriter', lines };
  return `${JSON.stringify({ ...entry, msg: 'Log lines could not be written and are lost' })}\n`;
}

function isPretty(): boolean {
  const format = process.env.LOG_FORMAT ?? '';
  return format === '' ? process.stdout.isTTY : format === 'pretty';
}

/** Loaded only here: in JSON lines it would be memory for nothing. */
function prettyStream(): DestinationStream {
  const load = createRequire(import.meta.url);
  const pretty = load('pino-pretty') as (options: Record<string, unknown>) => DestinationStream;
  return pretty({
    sync: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'service,component,traceId,spanId',
    messageFormat: '{service} {component} {msg}',
  });
}
