import { PassGenerator } from './generator.ts';
import { HttpSink } from './http.sink.ts';
import { readOptions, UsageError, type FeedOptions } from './options.ts';
import { countsOf, pump } from './pump.ts';
import { Random } from './random.ts';
import { Report } from './report.ts';
import { spreadTimes } from './rhythm.ts';
import { SinkError } from './sink.ts';
import { StdoutSink } from './stdout.sink.ts';
import { readWeighInMotion } from './wim.ts';

const report = new Report(process.env.LOG_FORMAT === undefined ? !process.stderr.isTTY : process.env.LOG_FORMAT === 'json');

try {
  await run(readOptions(process.argv.slice(2), process.env));
} catch (error) {
  if (isBrokenPipe(error)) process.exit(0);
  report.error(error instanceof UsageError || error instanceof SinkError ? error.message : String(error));
  process.exit(1);
}

async function run(options: FeedOptions): Promise<void> {
  const stop = new AbortController();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => stop.abort());
  const sink = options.sink.kind === 'http' ? new HttpSink(options.sink, report) : new StdoutSink();
  try {
    await pump(openSource(options), sink, options, report, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  report.info(stop.signal.aborted ? 'stopped' : 'done', countsOf(sink.tally));
  // The IPC channel and kept connections would hold the process.
  process.exitCode = 0;
  if (process.connected) process.disconnect();
}

function openSource(options: FeedOptions): Iterable<string> | AsyncIterable<string> {
  const { source } = options;
  if (source.kind === 'wim') return readWeighInMotion(source.file, source.station);
  const generator = new PassGenerator({ ...options, notBefore: source.kind === 'range' ? source.from : undefined });
  if (source.kind === 'live') return liveLines(generator);
  const jitter = new Random(options.seed, -2);
  return rangeLines(
    generator,
    spreadTimes(source.from, source.to, source.count, () => jitter.fraction()),
  );
}

function* liveLines(generator: PassGenerator): Generator<string> {
  for (;;) yield generator.next(Date.now());
}

function* rangeLines(generator: PassGenerator, times: Iterable<number>): Generator<string> {
  for (const at of times) yield generator.next(at);
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
