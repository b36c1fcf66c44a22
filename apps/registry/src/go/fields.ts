import { ConsulError } from '../http/consul-error.js';
import { jsonSyntaxError } from './json.js';

/** What Go's JSON decoder says of a value that does not fit. */
class MismatchError extends Error {}

/** Which struct of Go a place is in, and the path to it: `Alias.`. */
export interface GoPlace {
  readonly struct: string;
  readonly path: string;
}

const MAX_UINT64 = 2n ** 64n - 1n;
const QUANTUM = 4;

/**
 * Reads the first JSON value of a body, as Go's decoder does.
 *
 * @param read is given the value; whole numbers that stand for no other number come as bigint
 * @throws ConsulError 400 with Go's text behind `prefix` when it is not JSON, or does not fit
 */
export function readGoJson<T>(body: Buffer, prefix: string, read: (value: unknown) => T): T {
  const text = body.toString('utf8');
  const { error, end } = jsonSyntaxError(text);
  if (error !== undefined) throw new ConsulError(400, `${prefix}${error}`);
  try {
    return read(JSON.parse(text.slice(0, end), exactWholeNumbers));
  } catch (cause) {
    if (cause instanceof MismatchError) throw new ConsulError(400, `${prefix}${cause.message}`);
    throw cause;
  }
}

/** The fields of a JSON object, found by name in capitals or small letters. */
export class GoFields {
  private constructor(
    private readonly values: ReadonlyMap<string, unknown>,
    private readonly place: GoPlace,
  ) {}

  /** No field at all. */
  static readonly none = new GoFields(new Map(), { struct: '', path: '' });

  /**
   * The fields of an object; null has none.
   *
   * @param target what it was to be: `value of type api.TxnOp`
   * @param known names of all fields; others are refused when it is given
   */
  static of(value: unknown, target: string, place: GoPlace, known?: readonly string[]): GoFields {
    if (value === null) return new GoFields(new Map(), place);
    if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, target);
    const entries = Object.entries(value);
    const unknown = known && entries.find(([name]) => !known.some((each) => each.toLowerCase() === name.toLowerCase()));
    if (unknown !== undefined) throw new MismatchError(`json: unknown field "${unknown[0]}"`);
    return new GoFields(new Map(entries.map(([name, each]) => [name.toLowerCase(), each])), place);
  }

  has(name: string): boolean {
    return this.values.has(name.toLowerCase());
  }

  /** As it was given; undefined when absent or null. */
  raw(name: string): unknown {
    return this.values.get(name.toLowerCase()) ?? undefined;
  }

  /** A text; undefined when absent or null. */
  text(name: string, type = 'string'): string | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'string') return value;
    throw mismatch(value, this.target(name, type));
  }

  /** A list of texts; undefined when absent or null. A null in it is what Go makes of it: an empty text. */
  texts(name: string, itemType = 'string', listType = `[]${itemType}`): string[] | undefined {
    return this.list(name, listType)?.map((item) => {
      if (item === null) return '';
      if (typeof item !== 'string') throw mismatch(item, this.target(name, itemType));
      return item;
    });
  }

  /** A list; undefined when absent or null. */
  list(name: string, type: string): unknown[] | undefined {
    const value = this.raw(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw mismatch(value, this.target(name, type));
  }

  /** Texts by name; undefined when absent or null. */
  textMap(name: string): Record<string, string> | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, this.target(name, 'map[string]string'));
    for (const each of Object.values(value ?? {})) if (typeof each !== 'string') throw mismatch(each, this.target(name, 'string'));
    return value as Record<string, string>;
  }

  bool(name: string): boolean {
    const value = this.raw(name) ?? false;
    if (typeof value !== 'boolean') throw mismatch(value, this.target(name, 'bool'));
    return value;
  }

  /** An unsigned whole number; 0 when absent or null. */
  uint64(name: string, type = 'uint64'): bigint {
    const value = this.raw(name) ?? 0n;
    if (typeof value === 'bigint' && value >= 0n && value <= MAX_UINT64) return value;
    throw mismatch(value, this.target(name, type));
  }

  /** Bytes in base64, as they were given; undefined when there are none. */
  base64(name: string): string | undefined {
    const text = this.text(name, '[]uint8')?.replace(/[\r\n]/g, '');
    if (text === undefined || text === '') return undefined;
    const quanta = text.match(/.{1,4}/gs) ?? [];
    const bad = quanta.findIndex((quantum, at) => !isQuantum(quantum, at === quanta.length - 1));
    if (bad !== -1) throw new MismatchError(`illegal base64 data at input byte ${bad * QUANTUM}`);
    return text;
  }

  /** A struct in a struct; undefined when absent or null. */
  nested(name: string, type: string, struct: string, known?: readonly string[]): GoFields | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    return GoFields.of(value, this.target(name, type), { struct, path: `${this.place.path}${name}.` }, known);
  }

  /** How Go calls a field of its. */
  target(name: string, type: string): string {
    return `struct field ${this.place.struct}.${this.place.path}${name} of type ${type}`;
  }
}

/** A list of whatever; null has nothing in it. */
export function listOf(value: unknown, type: string): unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw mismatch(value, `value of type ${type}`);
  return value;
}

function isQuantum(quantum: string, isLast: boolean): boolean {
  return isLast ? /^(?:[A-Za-z\d+/]{4}|[A-Za-z\d+/]{3}=|[A-Za-z\d+/]{2}==)$/.test(quantum) : /^[A-Za-z\d+/]{4}$/.test(quantum);
}

/** Numbers that are written as whole numbers, however long. */
function exactWholeNumbers(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source ?? '';
  return typeof value === 'number' && /^-?\d{1,20}$/.test(source) ? BigInt(source) : value;
}

function mismatch(value: unknown, target: string): MismatchError {
  return new MismatchError(`json: cannot unmarshal ${kindOf(value, target)} into Go ${target}`);
}

function kindOf(value: unknown, target: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'number' && typeof value !== 'bigint') return typeof value;
  return / u?int\d*$/.test(target) ? `number ${value}` : 'number';
}
