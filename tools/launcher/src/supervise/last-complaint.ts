import { prettyLine, readLogLine } from '../pretty-log.ts';

/** An uncaught error of Node, a JSON line of level error or worse, or a complaint of PostgreSQL. */
const COMPLAINT = /^(Uncaught )?\w*Error\b|"level":"?(error|fatal|50|60)|(FATAL|PANIC|ERROR):/;

const SHOWN_LINES = 12;

/** The message of the last complaint that is a JSON line. */
export function lastMessage(lines: readonly string[]): string | undefined {
  const complaint = lines.findLast((line) => COMPLAINT.test(line));
  const message = complaint === undefined ? undefined : readLogLine(complaint)?.msg;
  return typeof message === 'string' ? message : undefined;
}

/** From the end of a log, what a person needs to see: the last complaint and what follows it, without Node's own stack frames. */
export function lastComplaint(lines: readonly string[]): string[] {
  const at = lines.findLastIndex((line) => COMPLAINT.test(line));
  const told = (at < 0 ? lines.slice(-SHOWN_LINES) : lines.slice(at)).filter((line) => line.trim() !== '' && !/^\s+at .*node:/.test(line));
  return told
    .slice(0, SHOWN_LINES)
    .flatMap((line) => prettyLine(line).split('\n'))
    .slice(0, SHOWN_LINES);
}
