import { ConsulError } from '../http/consul-error.js';
import { jsonSyntaxError } from './json.js';

/** Where a value stands: errors name the innermost struct and the whole path. */
interface Place {
  readonly struct: string;
  readonly path: string;
  /** Keeps the first fault: the rest is decoded all the same. */
  readonly onFault: (text: string) => void;
}

/** Reads one JSON value as a type of Go; what does not fit is told and becomes the zero value. */
export interface GoType<T> {
  readonly zero: T;
  read(value: unknown, place: Place): T;
}

type Fields = Readonly<Record<string, GoType<unknown>>>;

/** A struct as it was decoded: every field, given or not. */
export type Decoded<F extends Fields> = { readonly [K in keyof F]: F[K] extends GoType<infer T> ? T : never };

/** How a struct is decoded. */
export interface StructOptions<F extends Fields> {
  /** Its name in errors about its fields; empty where it has none. */
  readonly name: string;
  /** Its type in errors about itself. */
  readonly type: string;
  /** By their names in Go, which a body may write in any capitals; every other name is refused. */
  readonly fields: F;
  /** Other names of some fields: `enable_tag_override`. */
  readonly aliases?: Readonly<Record<string, keyof F & string>>;
  /** What stands before the fields in the paths of errors. */
  readonly embedded?: string;
}

/** A text. */
export const text: GoType<string> = textAs('string');

/** A boolean. */
export const bool: GoType<boolean> = primitive(false, 'bool', (value) => typeof value === 'boolean');

/** A whole number. */
export const int: GoType<number> = primitive(0, 'int', (value) => Number.isSafeInteger(value));

/** Anything. */
export const any: GoType<unknown> = { zero: undefined, read: (value) => value };

/** A text of a type of its own. */
export function textAs(type: string): GoType<string> {
  return primitive('', type, (value) => typeof value === 'string');
}

/** A list; its type is named after that of its items unless it has a name. */
export function listOf<T>(item: GoType<T>, type: string): GoType<T[]> {
  return {
    zero: [],
    read: (value, place) => (Array.isArray(value) ? value.map((each) => readOrZero(item, each, place)) : fault(value, place, type, [])),
  };
}

/** Values by any name. */
export function mapOf<T>(item: GoType<T>, type: string): GoType<Record<string, T>> {
  return {
    zero: {},
    read: (value, place) => {
      if (!isObject(value)) return fault(value, place, type, {});
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readOrZero(item, each, place)]));
    },
  };
}

/** Something that may be absent. */
export function optional<T>(type: GoType<T>): GoType<T | undefined> {
  return { zero: undefined, read: (value, place) => type.read(value, place) };
}

/** A struct. */
export function struct<F extends Fields>({ name, type, fields, aliases = {}, embedded = '' }: StructOptions<F>): GoType<Decoded<F>> {
  const byKey = new Map<string, { field: string; label: string; type: GoType<unknown> }>();
  for (const [field, of] of Object.entries(fields)) byKey.set(field.toLowerCase(), { field, label: `${embedded}${field}`, type: of });
  for (const [alias, field] of Object.entries(aliases)) byKey.set(alias, { field, label: alias, type: fields[field] ?? any });
  const zero = Object.fromEntries(Object.entries(fields).map(([field, of]) => [field, of.zero])) as Decoded<F>;
  return {
    zero,
    read: (value, place) => {
      if (!isObject(value)) return fault(value, place, type, zero);
      const result: Record<string, unknown> = { ...zero };
      // In the order of the body: the first fault is told.
      for (const [key, each] of Object.entries(value)) {
        const known = byKey.get(key.toLowerCase());
        if (known === undefined) place.onFault(`json: unknown field ${JSON.stringify(key)}`);
        else if (each !== null) {
          const path = place.path === '' ? known.label : `${place.path}.${known.label}`;
          result[known.field] = known.type.read(each, { ...place, struct: name, path });
        }
      }
      return result as Decoded<F>;
    },
  };
}

/**
 * Decodes a body as Consul does: its first JSON value, by the names of the type's fields and no others.
 *
 * @throws ConsulError 400 with the text of Go
 */
export function decodeBody<T>(body: Buffer, type: GoType<T>): T {
  let first: string | undefined;
  const onFault = (message: string) => (first ??= message);
  const result = readOrZero(type, parseFirst(body.toString('utf8')), { struct: '', path: '', onFault });
  if (first !== undefined) throw decodeError(first);
  return result;
}

/** The error of a body that cannot be decoded. */
export function decodeError(message: string): ConsulError {
  return new ConsulError(400, `Request decode failed: ${message}`);
}

function parseFirst(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    // Go's decoder stops after the first value, whatever comes then.
    const { error, end } = jsonSyntaxError(json);
    if (error !== undefined || end === json.length) throw decodeError(error ?? (cause as Error).message);
    return JSON.parse(json.slice(0, end));
  }
}

function readOrZero<T>(type: GoType<T>, value: unknown, place: Place): T {
  return value === null ? type.zero : type.read(value, place);
}

function primitive<T>(zero: T, type: string, isOfType: (value: unknown) => boolean): GoType<T> {
  return { zero, read: (value, place) => (isOfType(value) ? (value as T) : fault(value, place, type, zero)) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault<T>(value: unknown, { struct: owner, path, onFault }: Place, type: string, zero: T): T {
  onFault(
    `json: cannot unmarshal ${kindOf(value, type)} into Go ${path === '' ? 'value' : `struct field ${owner}.${path}`} of type ${type}`,
  );
  return zero;
}

function kindOf(value: unknown, type: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return type === 'int' ? `number ${value}` : 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
