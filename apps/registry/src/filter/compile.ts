import { parseGoBool } from '../http/consul-request.js';
import type { Expression, Match, Operator } from './expression.js';
import type { FilterWork } from './filter-work.js';
import { compilePattern } from './pattern.js';
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

/** A text is looked through for another much faster than a regular expression reads it. */
const SEARCHED_PER_STEP = 16;

/**
 * Makes a predicate of an expression.
 *
 * @param work counts what the predicate does, and ends it when that is too much
 * @throws FilterMismatchError with the text that Consul has for it; ConsulError 400 when its regular expressions are too large
 */
export function compileExpression(expression: Expression, shape: StructShape, work: FilterWork): Predicate {
  switch (expression.type) {
    case 'match':
      return compileMatch(expression, shape, work);
    case 'not': {
      const operand = compileExpression(expression.operand, shape, work);
      return (value) => !operand(value);
    }
    case 'and': {
      const operands = expression.operands.map((operand) => compileExpression(operand, shape, work));
      return (value) => operands.every((holds) => holds(value));
    }
    case 'or': {
      const operands = expression.operands.map((operand) => compileExpression(operand, shape, work));
      return (value) => operands.some((holds) => holds(value));
    }
  }
}

function compileMatch(match: Match, root: StructShape, work: FilterWork): Predicate {
  const shape = shapeAt(match.selector, root);
  const { operator } = match;
  if (!operatorsOf(shape).includes(operator)) {
    throw new FilterMismatchError(`Invalid match operator "${operator}" for selector "${match.selector.join('.')}"`);
  }
  const holds = reach(match.selector, root, compare(match, shape, work), !ASKS_FOR_A_VALUE.includes(operator));
  return (value) => {
    work.spend(1);
    return holds(value);
  };
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

function compare(match: Match, shape: Shape, work: FilterWork): Predicate {
  const positive = POSITIVE[match.operator];
  if (positive !== undefined) {
    const holds = compare({ ...match, operator: positive }, shape, work);
    return (value) => !holds(value);
  }
  switch (match.operator) {
    case 'Is Empty':
      return (value) => {
        const size = sizeOf(value);
        work.spend(typeof value === 'object' ? size : 1);
        return size === 0;
      };
    case 'Matches':
      return matcher(match.value ?? '', work);
    case 'In':
      return inclusion(match, shape, work);
    default: {
      const expected = coerce(match, shape as Primitive);
      return (value) => {
        work.spend(1);
        return (value ?? zeroOf(shape as Primitive)) === expected;
      };
    }
  }
}

function inclusion(match: Match, shape: Shape, work: FilterWork): Predicate {
  const text = match.value ?? '';
  if (shape === 'string') {
    return (value) => {
      if (typeof value !== 'string') return false;
      work.spend(Math.ceil(value.length / SEARCHED_PER_STEP));
      return value.includes(text);
    };
  }
  if (typeof shape === 'object' && 'items' in shape) {
    const expected = coerce(match, shape.items as Primitive);
    return (value) => {
      if (!Array.isArray(value)) return false;
      work.spend(value.length);
      return value.includes(expected);
    };
  }
  return (value) => typeof value === 'object' && value !== null && Object.hasOwn(value, text);
}

function matcher(text: string, work: FilterWork): Predicate {
  const pattern = compilePattern(text, (size) => work.spendOnPattern(size));
  if (typeof pattern === 'string') {
    throw new FilterMismatchError(`Failed to compile regular expression ${JSON.stringify(text)}: ${pattern}`);
  }
  const size = pattern.programSize();
  return (value) => {
    const read = typeof value === 'string' ? value : '';
    work.spend(size * (read.length + 1));
    return pattern.test(read);
  };
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

const GO_INT = /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/;

/** A whole number in any of Go's ways; or why it is none. */
function parseGoInt(text: string): number | string {
  const [, sign = '', written = ''] = GO_INT.exec(text) ?? [];
  if (written === '') return 'ParseInt: invalid syntax';
  const digits = written.replaceAll('_', '');
  const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits);
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
