import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Checkout } from './checkout.ts';
import { Failure } from './failure.ts';
import { portsAt } from './platform/ports.ts';

/** Everything that can be said on the command line; each command allows some of it. */
export interface Options {
  /** Absolute path of the data folder. */
  data: string;
  /** Whether it was said, or is the checkout's own. */
  isDataGiven: boolean;
  /** Where a single service listens; undefined: where it always does. */
  port: number | undefined;
  /** Undefined: the one that the data folder was last started with, else 0. */
  portOffset: number | undefined;
  feed: boolean;
  detach: boolean;
  json: boolean;
  follow: boolean;
  raw: boolean;
  lines: number;
  /** What follows the options: parts or services by name. */
  names: string[];
}

/** The names of options as they are typed. */
export type OptionName = 'data' | 'port' | 'port-offset' | 'no-feed' | 'detach' | 'json' | 'follow' | 'raw' | 'lines';

const MAX_PORT = 65_535;

/** The highest offset that keeps the highest port a port. */
export const MAX_PORT_OFFSET = MAX_PORT - Math.max(...Object.values(portsAt(0)));

const SPECIFICATION = {
  data: { type: 'string' },
  port: { type: 'string' },
  'port-offset': { type: 'string' },
  'no-feed': { type: 'boolean' },
  detach: { type: 'boolean' },
  json: { type: 'boolean' },
  follow: { type: 'boolean', short: 'f' },
  raw: { type: 'boolean' },
  lines: { type: 'string', short: 'n' },
} as const;

const DEFAULT_LINES = 40;
const MAX_LINES = 1_000_000;

/**
 * Reads a command line.
 *
 * @param command for messages, as people type it: `npm start`
 * @param allowed the options that the command knows; `--help` is answered before
 * @param environment to notice options that npm kept for itself because `--` was left out
 * @throws Failure with one sentence that names the option
 */
export function parseOptions(
  args: readonly string[],
  { command, allowed, environment = {} }: { command: string; allowed: readonly OptionName[]; environment?: NodeJS.ProcessEnv },
): Options {
  const values = parseValues(args, command, allowed);
  refuseKeptByNpm(command, allowed, environment);
  const { data } = values.options;
  if (data === '') throw new Failure('--data needs the path of a folder.');
  return {
    data: data === undefined ? Checkout.defaultData : resolve(environment.INIT_CWD ?? '', data),
    isDataGiven: data !== undefined,
    port: parseWhole(values.options.port, '--port', MAX_PORT, 1),
    portOffset: parseWhole(values.options['port-offset'], '--port-offset', MAX_PORT_OFFSET),
    feed: values.options['no-feed'] !== true,
    detach: values.options.detach === true,
    json: values.options.json === true,
    follow: values.options.follow === true,
    raw: values.options.raw === true,
    lines: parseWhole(values.options.lines, '--lines', MAX_LINES) ?? DEFAULT_LINES,
    names: values.names,
  };
}

function parseValues(args: readonly string[], command: string, allowed: readonly OptionName[]) {
  const { values, tokens, positionals } = parseArgs({
    args: [...args],
    options: SPECIFICATION,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const known = allowed.find((name) => name === token.name);
    if (known === undefined) throw new Failure(`${command} knows no option ${token.rawName}; ${command} -- --help lists what it knows.`);
    const takesValue = SPECIFICATION[known].type === 'string';
    if (takesValue && (token.value === undefined || token.value.startsWith('--'))) throw new Failure(`${token.rawName} needs a value.`);
    if (!takesValue && token.value !== undefined) throw new Failure(`${token.rawName} takes no value.`);
  }
  return {
    options: values as Partial<Record<string, string>> & Partial<Record<'no-feed' | 'detach' | 'json' | 'follow' | 'raw', boolean>>,
    names: positionals,
  };
}

function parseWhole(text: string | undefined, option: string, max: number, min = 0): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new Failure(`${option} must be a whole number from ${min} to ${max}, not "${text}".`);
  return value;
}

/** `npm start --detach` gives `detach` to npm and nothing to us: better refused than started otherwise than meant. */
function refuseKeptByNpm(command: string, allowed: readonly OptionName[], environment: NodeJS.ProcessEnv): void {
  for (const name of allowed) {
    const variable = name === 'no-feed' ? 'npm_config_feed' : `npm_config_${name.replaceAll('-', '_')}`;
    if (environment[variable] === undefined || name === 'json') continue;
    throw new Failure(`npm kept --${name} for itself: write ${command} -- --${name}, with -- before the options.`);
  }
}
