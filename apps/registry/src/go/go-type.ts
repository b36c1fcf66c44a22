import { ConsulError } from '../http/consul-error.js';

/** More objects in one body are refused: each is a struct with all of its fields, which may be a hundred times what was sent. */
const MAX_STRUCTS = 10_000;

/** What Go's decoder stops at: a type that reads its JSON itself did not take it. Wins over every {@link Decoding.misfit}. */
export class DecodeFault extends Error {
  override readonly name = 'DecodeFault';
}

/** One body while it is decoded. */
export class Decoding {
  private structs = 0;
  private first: string | undefined;

  /** What did not fit first: the rest is decoded all the same. */
  get misfit(): string | undefined {
    return this.first;
  }

  noteMisfit(what: () => string): void {
    this.first ??= what();
  }

  /** @throws ConsulError 413 when the body has too many of them */
  countStruct(): void {
    this.structs += 1;
    if (this.structs > MAX_STRUCTS) throw new ConsulError(413, `Limit reached: a body may hold ${MAX_STRUCTS} objects`);
  }

  /**
   * Reads with misfits of their own.
   *
   * @throws DecodeFault when there are any
   */
  apart<T>(read: () => T): T {
    const before = this.first;
    this.first = undefined;
    const result = read();
    const { misfit: own } = this;
    if (own !== undefined) throw new DecodeFault(own);
    this.first = before;
    return result;
  }
}

/** Where a value stands: errors name the innermost struct and the whole path. */
export interface Place {
  readonly struct: string;
  readonly path: string;
  readonly decoding: Decoding;
}

/** Reads one JSON value as a type of Go. */
export interface GoType<T> {
  /** What a field has that is not given. */
  readonly zero: T;
  /** What null makes of a field, where that is not the same. */
  readonly ofNull?: T;
  /**
   * What does not fit is noted and becomes the zero value. Null is never read.
   *
   * @throws DecodeFault where Go goes no further
   */
  read(value: unknown, place: Place): T;
}

/** Notes that a value is none of a type. */
export function misfit<T>(value: unknown, { struct, path, decoding }: Place, type: string, zero: T): T {
  const target = path === '' ? 'value' : `struct field ${struct}.${path}`;
  decoding.noteMisfit(() => `json: cannot unmarshal ${kindOf(value, type)} into Go ${target} of type ${type}`);
  return zero;
}

function kindOf(value: unknown, type: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'number' && typeof value !== 'bigint') return typeof value;
  return /^(?:u?int\d*|float64)$/.test(type) ? `number ${value}` : 'number';
}
