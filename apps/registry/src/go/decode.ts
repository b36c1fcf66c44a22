import { ConsulError } from '../http/consul-error.js';
import { DecodeFault, Decoding, type GoType, misfit, type Place } from './go-type.js';
import { parseGoJson } from './json.js';
import { any } from './scalars.js';
import { quoteGo } from './string.js';

export { DecodeFault, type GoType } from './go-type.js';
export { any, bool, bytes, int, text, textAs, uint64 } from './scalars.js';

type Fields = Readonly<Record<string, GoType<unknown>>>;

/** A struct as it was decoded: every field, given or not. */
export type Decoded<F extends Fields> = { readonly [K in keyof F]: F[K] extends GoType<infer T> ? T : never };

/** How a struct is decoded. */
export interface StructOptions<F extends Fields> {
  /** Its name in errors about its fields; where it has none that of the struct around it. */
  readonly name: string;
  /** Its type in errors about itself. */
  readonly type: string;
  /** By their names in Go, which a body may write in any capitals. */
  readonly fields: F;
  /** Whether fields of other names are passed over; else they are refused. */
  readonly ignoresUnknown?: boolean;
  /** Whether it has an `UnmarshalJSON` of its own: what does not fit in it ends the decoding of the whole. */
  readonly isSelfRead?: boolean;
  /** Other names of some fields: `enable_tag_override`. */
  readonly aliases?: Readonly<Record<string, keyof F & string>>;
  /** What stands before the fields in the paths of errors. */
  readonly embedded?: string;
}

/** How a body is decoded. */
export interface BodyOptions {
  /** What stands before Go's texts. */
  readonly prefix?: string;
  /** Whether whole numbers that a double does not hold are read as they are; else they are rounded. */
  readonly isExact?: boolean;
}

const DECODE_FAILED = 'Request decode failed: ';

/**
 * A list.
 *
 * @param type what Go calls it in errors
 */
export function listOf<T>(item: GoType<T>, type: string): GoType<T[]> {
  return {
    zero: [],
    read: (value, place) => (Array.isArray(value) ? value.map((each) => readOrZero(item, each, place)) : misfit(value, place, type, [])),
  };
}

/**
 * Values by any name.
 *
 * @param type what Go calls it in errors
 */
export function mapOf<T>(item: GoType<T>, type: string): GoType<Record<string, T>> {
  return {
    zero: {},
    read: (value, place) => {
      if (!isObject(value)) return misfit(value, place, type, {});
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readOrZero(item, each, place)]));
    },
  };
}

/** A field that is undefined where it is absent or null, instead of its type's zero value. */
export function optional<T>(type: GoType<T>): GoType<T | undefined> {
  return { zero: undefined, read: (value, place) => type.read(value, place) };
}

/**
 * A field that has a value before a body says anything of it.
 *
 * @param absent what it has where it is not given
 * @param ofNull what null makes of it
 */
export function preset<T, N>(type: GoType<T>, absent: T, ofNull: N): GoType<T | N> {
  return { zero: absent, ofNull, read: (value, place) => type.read(value, place) };
}

/** A struct. */
export function struct<F extends Fields>(options: StructOptions<F>): GoType<Decoded<F>> {
  const { name, type, fields, ignoresUnknown = false, isSelfRead = false, aliases = {}, embedded = '' } = options;
  const byKey = new Map<string, { field: string; label: string; type: GoType<unknown> }>();
  for (const [field, of] of Object.entries(fields)) byKey.set(field.toLowerCase(), { field, label: `${embedded}${field}`, type: of });
  for (const [alias, field] of Object.entries(aliases)) byKey.set(alias, { field, label: alias, type: fields[field] ?? any });
  const zero = Object.fromEntries(Object.entries(fields).map(([field, of]) => [field, of.zero])) as Decoded<F>;
  const read = (value: unknown, place: Place): Decoded<F> => {
    if (!isObject(value)) return misfit(value, place, type, zero);
    place.decoding.countStruct();
    const result: Record<string, unknown> = { ...zero };
    // In the order of the body: what does not fit first is told.
    for (const [key, each] of Object.entries(value)) {
      const known = byKey.get(key.toLowerCase());
      if (known !== undefined) readField(result, known, each, { place, name: name || place.struct });
      else if (!ignoresUnknown) place.decoding.noteMisfit(() => `json: unknown field ${quoteGo(key)}`);
    }
    return result as Decoded<F>;
  };
  return { zero, read: isSelfRead ? (value, place) => place.decoding.apart(() => read(value, place)) : read };
}

/**
 * Decodes a body as `encoding/json` of Go does (`Decoder.Decode`, with `DisallowUnknownFields`): its first JSON value, by the names of
 * the type's fields.
 *
 * @throws ConsulError 400 with the text of Go; 413 when it holds too many objects
 */
export function decodeBody<T>(body: Buffer, type: GoType<T>, { prefix = DECODE_FAILED, isExact = false }: BodyOptions = {}): T {
  const parsed = parseGoJson(body.toString('utf8'), isExact);
  if ('error' in parsed) throw decodeError(parsed.error, prefix);
  const decoding = new Decoding();
  try {
    const result = readOrZero(type, parsed.value, { struct: '', path: '', decoding });
    if (decoding.misfit === undefined) return result;
  } catch (error) {
    throw error instanceof DecodeFault ? decodeError(error.message, prefix) : error;
  }
  throw decodeError(decoding.misfit, prefix);
}

/** The error of a body that cannot be decoded. */
export function decodeError(message: string, prefix = DECODE_FAILED): ConsulError {
  return new ConsulError(400, `${prefix}${message}`);
}

function readField(
  result: Record<string, unknown>,
  { field, label, type }: { field: string; label: string; type: GoType<unknown> },
  value: unknown,
  { place, name }: { place: Place; name: string },
): void {
  if (value !== null)
    result[field] = type.read(value, { ...place, struct: name, path: place.path === '' ? label : `${place.path}.${label}` });
  else if ('ofNull' in type) result[field] = type.ofNull;
}

function readOrZero<T>(type: GoType<T>, value: unknown, place: Place): T {
  return value === null ? type.zero : type.read(value, place);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
