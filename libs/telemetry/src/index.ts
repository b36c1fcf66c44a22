export * from './health-registry.js';
export { createLogger, LOG_LEVELS, type Logger, type LogLevel, setLogLevel } from './logger.js';
export * from './metrics.js';
export * from './nest-logger.js';
export { redactText } from './redaction.js';
export { instrumentLoaded, startTelemetry, type Telemetry } from './telemetry.js';
export * from './telemetry-names.js';
export * from './tracing.js';
