import { ConsulError } from '../http/consul-error.js';
import { type GoType, misfit } from './go-type.js';

const MAX_UINT64 = 2n ** 64n - 1n;
const INT_BITS = 64;
const MAX_UINT8 = 255;
/** What is kept is written as JSON again, which goes as deep as the stack. */
const MAX_ANY_DEPTH = 100;
/** Base64 stands in groups of four characters. */
const FULL_QUANTUM = '[A-Za-z\\d+/]{4}';
const QUANTA = new RegExp(`(?:${FULL_QUANTUM})*`, 'y');
const LAST_QUANTUM = new RegExp(`^(?:${FULL_QUANTUM}|[A-Za-z\\d+/]{3}=|[A-Za-z\\d+/]{2}==)?$`);

/** A text. */
export const text: GoType<string> = textAs('string');

/** A boolean. */
export const bool: GoType<boolean> = {
  zero: false,
  read: (value, place) => (typeof value === 'boolean' ? value : misfit(value, place, 'bool', false)),
};

/** A whole number, negative ones too; beyond 2^53 rounded. */
export const int: GoType<number> = {
  zero: 0,
  read: (value, place) => {
    if (Number.isSafeInteger(value)) return value as number;
    const isInt = typeof value === 'bigint' && BigInt.asIntN(INT_BITS, value) === value;
    return isInt ? Number(value) : misfit(value, place, 'int', 0);
  },
};

/** A whole number from 0 to 2^64 - 1: exact where the body is read so. */
export const uint64: GoType<bigint> = {
  zero: 0n,
  read: (value, place) => {
    const whole = Number.isSafeInteger(value) ? BigInt(value as number) : value;
    return typeof whole === 'bigint' && whole >= 0n && whole <= MAX_UINT64 ? whole : misfit(value, place, 'uint64', 0n);
  },
};

/** A number. */
export const float64: GoType<number> = {
  zero: 0,
  read: (value, place) => (Number.isFinite(value) ? (value as number) : misfit(value, place, 'float64', 0)),
};

/** Anything; what is nested too deep is refused with 413. */
export const any: GoType<unknown> = {
  zero: undefined,
  read: (value, place) => {
    if (isDeeperThan(value, MAX_ANY_DEPTH))
      throw new ConsulError(413, `Limit reached: values of any shape may be nested ${MAX_ANY_DEPTH} deep`);
    // A number that a double does not hold is the only one that Go takes for none.
    return typeof value === 'number' && !Number.isFinite(value) ? misfit<unknown>(value, place, 'float64', undefined) : value;
  },
};

/** Bytes, as base64 without line breaks; undefined when there are none. */
export const bytes: GoType<string | undefined> = {
  zero: undefined,
  read: (value, place) => {
    if (Array.isArray(value)) {
      const octets = value.map((each: unknown) => (isOctet(each) ? Number(each ?? 0) : misfit(each, place, 'uint8', 0)));
      return Buffer.from(octets).toString('base64') || undefined;
    }
    if (typeof value !== 'string') return misfit<string | undefined>(value, place, '[]uint8', undefined);
    const base64 = value.replace(/[\r\n]/g, '');
    const at = faultAt(base64);
    if (at !== undefined) place.decoding.noteMisfit(() => `illegal base64 data at input byte ${at}`);
    return base64 === '' || at !== undefined ? undefined : base64;
  },
};

/**
 * A text of a type of its own.
 *
 * @param type what Go calls it in errors
 */
export function textAs(type: string): GoType<string> {
  return { zero: '', read: (value, place) => (typeof value === 'string' ? value : misfit(value, place, type, '')) };
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((each) => isDeeperThan(each, depth - 1));
}

function isOctet(value: unknown): boolean {
  return value === null || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_UINT8);
}

/** Where base64 stops being such, as Go tells it: at the beginning of a group. */
function faultAt(base64: string): number | undefined {
  QUANTA.lastIndex = 0;
  QUANTA.test(base64);
  const at = QUANTA.lastIndex;
  return LAST_QUANTUM.test(base64.slice(at)) ? undefined : at;
}
