import { EngineError, type EngineErrorCode } from './engine-error.js';
import { type LogPosition, readFrom } from './log-file.js';

/** What the system and so PostgreSQL calls a full disk (ENOSPC). */
export const NO_SPACE = 'No space left on device';

/** What the server's last words mean, the first match first. */
const MEANINGS: readonly { pattern: RegExp; code: EngineErrorCode; say: (dataDir: string) => string }[] = [
  { pattern: /No space left on device/, code: 'disk-full', say: (dataDir) => `The disk that holds ${dataDir} is full` },
  { pattern: /could not bind|could not create any TCP/, code: 'port-in-use', say: () => `PostgreSQL's port is taken by another program` },
  {
    pattern: /lock file "postmaster.pid" already exists|pre-existing shared memory block/,
    code: 'already-running',
    say: (dataDir) => `Another PostgreSQL server is running on ${dataDir}`,
  },
  {
    pattern: /incompatible with server/,
    code: 'wrong-version',
    say: (dataDir) => `${dataDir} was made by another version of PostgreSQL`,
  },
  {
    pattern: /has wrong ownership|Permission denied/,
    code: 'not-permitted',
    say: (dataDir) => `The account that PostgreSQL runs as may not use ${dataDir}`,
  },
  {
    pattern:
      /PANIC:|is not a valid data directory|could not find the database system|could not open file|control file|checkpoint record|invalid (page|checkpoint|primary|record|resource manager|magic number|data in file)|corrupt/,
    code: 'broken-data',
    say: (dataDir) => `The database in ${dataDir} is damaged`,
  },
];

/**
 * Turns what a server logged before it ended into one sentence.
 *
 * @param log the log file, and where in it this start begins
 */
export async function explainFailure(dataDir: string, log: LogPosition): Promise<EngineError> {
  const lines = (await readFrom(log)).split('\n');
  const complaints = lines.filter((line) => /(FATAL|PANIC|ERROR):|^postgres: /.test(line));
  const meaning = MEANINGS.find(({ pattern }) => complaints.some((line) => pattern.test(line)));
  const complaint = (complaints.at(-1) ?? lines.findLast((line) => line.trim() !== '') ?? 'no reason given').replace(
    /^.*?(FATAL|PANIC|ERROR):\s*/,
    '',
  );
  const sentence = meaning?.say(dataDir) ?? `PostgreSQL did not start on ${dataDir}`;
  return new EngineError(meaning?.code ?? 'start-failed', `${sentence} (${complaint}); its log is ${log.logFile}.`);
}
