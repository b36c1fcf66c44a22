import { RE2JS, RE2JSException } from 're2js';
import { ConsulError } from '../http/consul-error.js';
import { parseGoBool } from '../http/consul-request.js';
import { MAX_MATCHING_MS } from '../limits.js';
import type { Expression, Match, Operator } from './expression.js';
import type { Primitive, Shape, StructShape } from './shape.js';

/** An expression that does not fit what it is to filter. */
export class FilterMismatchError extends Error {
  override readonly name = 'FilterMismatchError';
}

type Predicate = (value: unknown) => boolean;

const POSITIVE: Readonly<Partial<Record<Operator, Operator>>> = {
  'Not Equal': 'Equal',
  'Is Not Empty': 'Is Empty',
  'Not In': 'In',
  'Not Matches': 'Matches',
};
const EMPTINESS: readonly Operator[] = ['Is Empty', 'Is Not Empty'];
const COLLECTION_OPERATORS: readonly Operator[] = ['In', 'Not In', ...EMPTINESS];
/** What does not hold of a value that is not there; everything else does. */
const ASKS_FOR_A_VALUE: readonly Operator[] = ['Equal', 'In', 'Is Not Empty'];
const OPERATORS: Readonly<Record<Primitive, readonly Operator[]>> = {
  string: ['Equal', 'Not Equal', 'In', 'Not In', 'Matches', 'Not Matches'],
  bool: ['Equal', 'Not Equal'],
  int: ['Equal', 'Not Equal'],
  float: ['Equal', 'Not Equal'],
};

/**
 * Makes a predicate of an expression.
 *
 * @throws FilterMismatchError with the text that Consul has for it
 */
export function compileExpression(expression: Expression, shape: StructShape): Predicate {
  switch (expression.type) {
    case 'match':
      return compileMatch(expression, shape);
    case 'not': {
      const operand = compileExpression(expression.operand, shape);
      return (value) => !operand(value);
    }
    case 'and': {
      const operands = expression.operands.map((operand) => compileExpression(operand, shape));
      return (value) => operands.every((holds) => holds(value));
    }
    case 'or': {
      const operands = expression.operands.map((operand) => compileExpression(operand, shape));
      return (value) => operands.some((holds) => holds(value));
    }
  }
}

function compileMatch(match: Match, root: StructShape): Predicate {
  const shape = shapeAt(match.selector, root);
  const { operator } = match;
  if (!operatorsOf(shape).includes(operator)) {
    throw new FilterMismatchError(`Invalid match operator "${operator}" for selector "${match.selector.join('.')}"`);
  }
  return reach(match.selector, root, compare(match, shape), !ASKS_FOR_A_VALUE.includes(operator));
}

function shapeAt(selector: readonly string[], root: StructShape): Shape {
  let shape: Shape = root;
  selector.forEach((name, at) => {
    const next: Shape | undefined = partOf(shape, name);
    if (next === undefined) throw new FilterMismatchError(`Selector "${selector.slice(0, at + 1).join('.')}" is not valid`);
    shape = next;
  });
  return shape;
}

function partOf(shape: Shape, name: string): Shape | undefined {
  if (typeof shape === 'string') return undefined;
  if ('items' in shape) return partOf(shape.items, name);
  if ('values' in shape) return shape.values;
  return Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
}

function operatorsOf(shape: Shape): readonly Operator[] {
  if (typeof shape === 'string') return OPERATORS[shape];
  if ('fields' in shape) return [];
  return 'items' in shape && typeof shape.items !== 'string' ? EMPTINESS : COLLECTION_OPERATORS;
}

/** Goes from the root to what the selector names. */
function reach(selector: readonly string[], shape: Shape, holds: Predicate, isHeldByAbsence: boolean): Predicate {
  if (selector.length === 0) return holds;
  if (typeof shape === 'object' && 'items' in shape) {
    const item = reach(selector, shape.items, holds, isHeldByAbsence);
    return (value) => Array.isArray(value) && value.some(item);
  }
  const [name = '', ...rest] = selector;
  const next = reach(rest, partOf(shape, name) ?? 'string', holds, isHeldByAbsence);
  const isMap = typeof shape === 'object' && 'values' in shape;
  return (value) => {
    const parts = (value ?? {}) as Record<string, unknown>;
    if (isMap && !Object.hasOwn(parts, name)) return isHeldByAbsence;
    return next(parts[name]);
  };
}

function compare(match: Match, shape: Shape): Predicate {
  const positive = POSITIVE[match.operator];
  if (positive !== undefined) {
    const holds = compare({ ...match, operator: positive }, shape);
    return (value) => !holds(value);
  }
  const text = match.value ?? '';
  switch (match.operator) {
    case 'Is Empty':
      return (value) => sizeOf(value) === 0;
    case 'Matches':
      return matcher(text);
    case 'In':
      return inclusion(match, shape);
    default: {
      const expected = coerce(match, shape as Primitive);
      return (value) => (value ?? zeroOf(shape as Primitive)) === expected;
    }
  }
}

function inclusion(match: Match, shape: Shape): Predicate {
  const text = match.value ?? '';
  if (shape === 'string') return (value) => typeof value === 'string' && value.includes(text);
  if (typeof shape === 'object' && 'items' in shape) {
    const expected = coerce(match, shape.items as Primitive);
    return (value) => Array.isArray(value) && value.includes(expected);
  }
  return (value) => typeof value === 'object' && value !== null && Object.hasOwn(value, text);
}

function matcher(pattern: string): Predicate {
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') {
    throw new FilterMismatchError(`Failed to compile regular expression ${JSON.stringify(pattern)}: ${compiled}`);
  }
  const takeTime = timeOfOneRead();
  return (value) => takeTime(() => compiled.test(typeof value === 'string' ? value : ''));
}

/**
 * Bounds what a regular expression may take while one list is filtered. It takes linear time for each text, but a large one on many long
 * texts would keep everybody else waiting. Lists are filtered in one go, so the time begins again with the next turn.
 */
function timeOfOneRead(): (test: () => boolean) => boolean {
  let spentMs = 0;
  return (test) => {
    if (spentMs === 0) queueMicrotask(() => (spentMs = 0));
    const start = performance.now();
    const result = test();
    spentMs += performance.now() - start;
    if (spentMs > MAX_MATCHING_MS) throw new ConsulError(400, `Limit reached: a regular expression may take ${MAX_MATCHING_MS} ms`);
    return result;
  };
}

/** @returns why the pattern is none, in Go's words */
function compilePattern(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

/** Reads the value of a comparison as what it is compared with. */
function coerce({ value: text = '', selector }: Match, shape: Primitive): string | boolean | number {
  if (shape === 'string') return text;
  const value = shape === 'bool' ? (parseGoBool(text) ?? 'ParseBool: invalid syntax') : parseGoInt(text);
  if (typeof value !== 'string') return value;
  const [parser, reason] = value.split(': ');
  const why = `strconv.${parser}: parsing ${JSON.stringify(text)}: ${reason}`;
  throw new FilterMismatchError(`Failed to coerce value ${JSON.stringify(text)} for selector "${selector.join('.')}": ${why}`);
}

/** A whole number in any of Go's ways; or why it is none. */
function parseGoInt(text: string): number | string {
  const [, sign = '', digits = ''] = /^([+-]?)(\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.exec(text) ?? [];
  const isOctal = /^0\d/.test(digits);
  if (digits === '' || (isOctal && !/^[0-7]+$/.test(digits))) return 'ParseInt: invalid syntax';
  const magnitude = BigInt(isOctal ? `0o${digits}` : digits);
  const value = sign === '-' ? -magnitude : magnitude;
  return BigInt.asIntN(64, value) === value ? Number(value) : 'ParseInt: value out of range';
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return Object.keys(value ?? {}).length;
}

/** What an absent value counts as. */
function zeroOf(shape: Primitive): string | boolean | number {
  return shape === 'string' ? '' : shape === 'bool' ? false : 0;
}
