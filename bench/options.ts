import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Options of a benchmark as `parseArgs` reads them; says what is wrong in one sentence and ends the process with exit code 1. */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(options: T) {
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return refuse(
      `${(error as Error).message} Known options: ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(', ')}.`,
    );
  }
}

/** The value of an option that is a number of at least `least`; ends the process like {@link readOptions} when it is none. */
export function numberOption(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  return refuse(`--${name} must be a number of at least ${least}, not "${text}".`);
}

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
