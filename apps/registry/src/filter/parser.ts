import { unescapeGo } from '../go/string.js';
import { ConsulError } from '../http/consul-error.js';
import { MAX_FILTER_DEPTH } from '../limits.js';
import type { Expression, Match, Operator } from './expression.js';
import { literal, oneOf, Scanner, type Terminal } from './scanner.js';

const SPACE = oneOf('[ \\t\\r\\n]');
const OPEN = literal('(');
const CLOSE = literal(')');
const NOT = literal('not');
const IN = literal('in');
const IS = literal('is');
const EMPTY = literal('empty');
const FIRST_OF_NAME = oneOf('[a-zA-Z]');
const REST_OF_NAME = oneOf('[a-zA-Z0-9_]');
const DOT = literal('.');
const OPEN_INDEX = literal('[');
const CLOSE_INDEX = literal(']');
const MINUS = literal('-');
const ZERO = literal('0');
const FIRST_DIGIT = oneOf('[1-9]');
const DIGIT = oneOf('[0-9]');
const QUOTES = ['`', '"'].map((quote) => ({
  mark: literal(quote),
  other: { pattern: new RegExp(`[^${quote}]`, 'uy'), label: `[^${quote}]` },
}));

/**
 * Reads an expression.
 *
 * @throws FilterSyntaxError with the text that Consul has for it; ConsulError 400 when it nests too deep
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse();
}

/** One method for each rule of the grammar: it goes past what it understands, or says undefined and stays. */
class Parser {
  private readonly scanner: Scanner;
  private depth = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  parse(): Expression {
    return this.scanner.finish(this.attempt(() => this.bracketed()) ?? this.attempt(() => this.bare()));
  }

  private bracketed(): Expression | undefined {
    this.spaces();
    if (!this.take(OPEN)) return undefined;
    this.spaces();
    const expression = this.or();
    if (expression === undefined) return undefined;
    this.spaces();
    if (!this.take(CLOSE)) return undefined;
    this.spaces();
    return this.scanner.isAtEnd() ? expression : undefined;
  }

  private bare(): Expression | undefined {
    this.spaces();
    const expression = this.or();
    if (expression === undefined) return undefined;
    this.spaces();
    return this.scanner.isAtEnd() ? expression : undefined;
  }

  private or(): Expression | undefined {
    return this.chain('or', () => this.and());
  }

  private and(): Expression | undefined {
    return this.chain('and', () => this.not());
  }

  private chain(type: 'and' | 'or', operand: () => Expression | undefined): Expression | undefined {
    const word = literal(type);
    const first = operand();
    if (first === undefined) return undefined;
    const operands = [first];
    for (;;) {
      const next = this.attempt(() => (this.words(word) && this.spaces() ? operand() : undefined));
      if (next === undefined) return operands.length === 1 ? first : { type, operands };
      operands.push(next);
    }
  }

  private not(): Expression | undefined {
    const operand = this.attempt(() => (this.take(NOT) && this.spaces() ? this.nested(() => this.not()) : undefined));
    return operand === undefined ? this.group() : { type: 'not', operand };
  }

  private group(): Expression | undefined {
    return this.attempt(() => this.inBrackets()) ?? this.match();
  }

  private inBrackets(): Expression | undefined {
    if (!this.take(OPEN)) return undefined;
    this.spaces();
    const expression = this.nested(() => this.or());
    if (expression === undefined) return undefined;
    this.spaces();
    if (this.take(CLOSE)) return expression;
    this.scanner.fault('"grouping"', 'Unmatched parentheses');
    return undefined;
  }

  private match(): Match | undefined {
    return (
      this.attempt(() => this.selectorWithValue()) ?? this.attempt(() => this.selectorAlone()) ?? this.attempt(() => this.valueInSelector())
    );
  }

  private selectorWithValue(): Match | undefined {
    const selector = this.selector();
    const operator = selector && this.comparison();
    const value = operator && this.value();
    return selector && operator && value !== undefined ? { type: 'match', selector, operator, value } : undefined;
  }

  private selectorAlone(): Match | undefined {
    const selector = this.selector();
    const operator =
      selector &&
      this.firstOf<Operator>([
        ['Is Empty', () => this.words(IS, EMPTY)],
        ['Is Not Empty', () => this.words(IS, NOT, EMPTY)],
      ]);
    return selector && operator && { type: 'match', selector, operator };
  }

  private valueInSelector(): Match | undefined {
    const value = this.value();
    if (value === undefined) return undefined;
    const operator = this.firstOf<Operator>([
      ['In', () => this.words(IN) && this.spaces()],
      ['Not In', () => this.words(NOT, IN) && this.spaces()],
    ]);
    if (operator === undefined) return undefined;
    const selector = this.selector();
    if (selector !== undefined) return { type: 'match', selector, operator, value };
    this.scanner.fault('"match"', 'Invalid selector');
    return undefined;
  }

  private comparison(): Operator | undefined {
    return this.firstOf<Operator>([
      ['Equal', () => this.symbol(literal('=='))],
      ['Not Equal', () => this.symbol(literal('!='))],
      ['In', () => this.words(literal('contains')) && this.spaces()],
      ['Not In', () => this.words(NOT, literal('contains')) && this.spaces()],
      ['Matches', () => this.words(literal('matches')) && this.spaces()],
      ['Not Matches', () => this.words(NOT, literal('matches')) && this.spaces()],
    ]);
  }

  private selector(): string[] | undefined {
    const first = this.name();
    if (first === undefined) return undefined;
    const parts = [first];
    for (;;) {
      const next = this.attempt(() => (this.take(DOT) ? this.name() : undefined)) ?? this.attempt(() => this.index());
      if (next === undefined) return parts;
      parts.push(next);
    }
  }

  private name(): string | undefined {
    const start = this.scanner.position;
    if (!this.take(FIRST_OF_NAME)) return undefined;
    this.scanner.takeAll(REST_OF_NAME);
    return this.scanner.textFrom(start);
  }

  private index(): string | undefined {
    if (!this.take(OPEN_INDEX)) return undefined;
    this.spaces();
    const key = this.text();
    if (key === undefined) {
      this.scanner.fault('"index"', 'Invalid index');
      return undefined;
    }
    this.spaces();
    if (this.take(CLOSE_INDEX)) return key;
    this.scanner.fault('"index"', 'Unclosed index expression');
    return undefined;
  }

  /** What looks like a selector is its own text: `true` is one. */
  private value(): string | undefined {
    return this.attempt(() => this.selector())?.join('.') ?? this.attempt(() => this.number()) ?? this.text();
  }

  private number(): string | undefined {
    const start = this.scanner.position;
    this.take(MINUS);
    if (!this.digits()) return undefined;
    const text = this.scanner.textFrom(start);
    const end = this.scanner.position;
    const isWhole = this.spaces() || this.scanner.isAtEnd() || this.take(CLOSE);
    this.scanner.position = end;
    if (isWhole) return text;
    this.scanner.fault('"number"', 'Invalid number literal');
    return undefined;
  }

  private digits(): boolean {
    if (!this.take(ZERO)) {
      if (!this.take(FIRST_DIGIT)) return false;
      this.scanner.takeAll(DIGIT);
    }
    this.attempt(() => {
      if (!this.take(DOT) || !this.take(DIGIT)) return undefined;
      this.scanner.takeAll(DIGIT);
      return true;
    });
    return true;
  }

  private text(): string | undefined {
    for (const { mark, other } of QUOTES) {
      const start = this.scanner.position;
      if (!this.take(mark)) continue;
      this.scanner.takeAll(other);
      const inner = this.scanner.textFrom(start + 1);
      if (this.take(mark)) return this.unquoted(inner, mark.label === '"`"', start);
      this.scanner.fault('"string"', 'Unterminated string literal');
      this.scanner.position = start;
    }
    return undefined;
  }

  /** Between backticks everything is meant as it is. */
  private unquoted(inner: string, isRaw: boolean, start: number): string {
    const text = isRaw ? inner.replaceAll('\r', '') : unescapeGo(inner);
    if (text === undefined) this.scanner.fault('"string"', 'invalid syntax', start);
    return text ?? '';
  }

  private take(terminal: Terminal): boolean {
    return this.scanner.take(terminal);
  }

  /** @returns whether there was any */
  private spaces(): boolean {
    const start = this.scanner.position;
    this.scanner.takeAll(SPACE);
    return this.scanner.position > start;
  }

  /** Words, with space before each. */
  private words(...words: readonly Terminal[]): boolean {
    return words.every((word) => this.spaces() && this.take(word));
  }

  private symbol(symbol: Terminal): boolean {
    this.spaces();
    if (!this.take(symbol)) return false;
    this.spaces();
    return true;
  }

  private firstOf<T>(choices: readonly (readonly [T, () => boolean])[]): T | undefined {
    return choices.find(([, isHere]) => this.attempt(() => isHere() || undefined))?.[0];
  }

  private attempt<T>(rule: () => T | undefined): T | undefined {
    const start = this.scanner.position;
    const result = rule();
    if (result === undefined) this.scanner.position = start;
    return result;
  }

  private nested<T>(rule: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_FILTER_DEPTH) throw new ConsulError(400, `Limit reached: a filter may nest ${MAX_FILTER_DEPTH} deep`);
    const result = rule();
    this.depth -= 1;
    return result;
  }
}
