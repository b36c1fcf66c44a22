const SHOWN_APART = new Set(['time', 'level', 'msg', 'service', 'traceId', 'spanId', 'pid', 'hostname', 'err', 'component', 'context']);

/** One JSON log line as a person reads it; any other line as it is. */
export function prettyLine(line: string): string {
  const entry = readLogLine(line);
  if (entry === undefined) return line;
  const { time, level, msg, component, context, err, traceId } = entry;
  const rest = Object.entries(entry)
    .filter(([key]) => !SHOWN_APART.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const where = typeof component === 'string' ? component : context;
  const words = [
    typeof time === 'string' ? time.slice(11, 23) : '',
    String(level).toUpperCase().padEnd(5),
    typeof where === 'string' ? `[${where}]` : '',
    String(msg),
    ...rest,
    typeof traceId === 'string' ? `trace=${traceId}` : '',
  ].filter((word) => word !== '');
  return [words.join(' '), ...stackOf(err)].join('\n');
}

/** The fields of a JSON log line; undefined for any other. */
export function readLogLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'msg' in value ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function stackOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const text = 'stack' in error ? error.stack : 'message' in error ? error.message : undefined;
  return typeof text === 'string' ? [`    ${text.replaceAll('\n', '\n    ')}`] : [];
}
