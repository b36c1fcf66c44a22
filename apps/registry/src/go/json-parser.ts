import { quoteGo } from './string.js';

/** The value of a text, or what Go says of one that has none. */
export type ParsedJson = { readonly value: unknown } | { readonly error: string };

/** A double holds no more; what is longer is infinite either way, and to read it exactly takes long. */
const MAX_EXACT_DIGITS = 400;

/** Go's decoder refuses what is nested deeper. */
export const MAX_DEPTH = 10_000;

/** What Go says of a text; caught by the parser itself. */
class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
}

/** What is expected next. */
type Expecting = 'value' | 'first value or ]' | 'first key or }' | 'key' | 'colon' | 'comma or ]' | 'comma or }' | 'end';

/** A list or an object that is not closed yet; a list has no keys. */
interface Container {
  readonly isList: boolean;
  readonly keys: string[];
  readonly values: unknown[];
}

const SPACE = /[ \t\r\n]*/y;
const LAST_SPACE = 0x20;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** What begins a part of a number that must have a digit in it. */
const CUT_FRACTION = /\./y;
const CUT_EXPONENT = /[eE][+-]?/y;
const PLAIN_CHARS = /[^"\\\0-\x1f]*/y;
const HEX_DIGITS = 4;
const UNEXPECTED_EOF = 'unexpected EOF';
const ESCAPED = 'bfnrt\\/"';
const LITERALS: Readonly<Record<string, { readonly text: string; readonly value: boolean | null }>> = {
  t: { text: 'true', value: true },
  f: { text: 'false', value: false },
  n: { text: 'null', value: null },
};

/** Reads one text, value by value without recursion, and stops where Go's `encoding/json` would, with the same words. */
export class GoJsonParser {
  private at = 0;
  private expecting: Expecting = 'value';
  private readonly open: Container[] = [];
  private result: unknown;

  /** @param isExact whether whole numbers that a double does not hold come as bigint */
  constructor(
    private readonly json: string,
    private readonly isExact: boolean,
  ) {}

  parse(): ParsedJson {
    try {
      while (this.expecting !== 'end') {
        // Most values have no space before them, and regular expressions are slow to say so.
        if (this.json.charCodeAt(this.at) <= LAST_SPACE) this.skip(SPACE);
        const char = this.json[this.at];
        if (char === undefined) throw new SyntaxFault(this.expecting === 'value' && this.open.length === 0 ? 'EOF' : UNEXPECTED_EOF);
        this.take(char);
      }
      return { value: this.result };
    } catch (fault) {
      if (fault instanceof SyntaxFault) return { error: fault.message };
      throw fault;
    }
  }

  private take(char: string): void {
    switch (this.expecting) {
      case 'first key or }':
        if (char === '}') this.close();
        else this.takeKey(char);
        break;
      case 'key':
        this.takeKey(char);
        break;
      case 'colon':
        if (char !== ':') this.fail('after object key');
        this.at += 1;
        this.expecting = 'value';
        break;
      case 'comma or ]':
      case 'comma or }':
        this.takeComma(char);
        break;
      case 'first value or ]':
        if (char === ']') this.close();
        else this.takeValue(char);
        break;
      default:
        this.takeValue(char);
    }
  }

  private takeKey(char: string): void {
    if (char !== '"') this.fail('looking for beginning of object key string');
    this.open.at(-1)?.keys.push(this.takeString());
    this.expecting = 'colon';
  }

  private takeComma(char: string): void {
    const isList = this.expecting === 'comma or ]';
    if (char === (isList ? ']' : '}')) {
      this.close();
      return;
    }
    if (char !== ',') this.fail(isList ? 'after array element' : 'after object key:value pair');
    this.at += 1;
    this.expecting = isList ? 'value' : 'key';
  }

  private takeValue(char: string): void {
    if (char === '[' || char === '{') {
      this.enter(char === '[');
      return;
    }
    this.endValue(char === '"' ? this.takeString() : /[-\d]/.test(char) ? this.takeNumber() : this.takeLiteral(char));
  }

  private enter(isList: boolean): void {
    if (this.open.length === MAX_DEPTH) this.fail('exceeded max depth');
    this.at += 1;
    this.open.push({ isList, keys: [], values: [] });
    this.expecting = isList ? 'first value or ]' : 'first key or }';
  }

  private takeString(): string {
    const start = this.at;
    this.at += 1;
    for (;;) {
      this.skip(PLAIN_CHARS);
      const char = this.char();
      if (char === '"') break;
      if (char !== '\\') this.fail('in string literal');
      this.takeEscape();
    }
    this.at += 1;
    return JSON.parse(this.json.slice(start, this.at)) as string;
  }

  private takeEscape(): void {
    this.at += 1;
    const char = this.char();
    if (char !== 'u' && !ESCAPED.includes(char)) this.fail('in string escape code');
    this.at += 1;
    if (char === 'u') this.takeHexDigits();
  }

  private takeHexDigits(): void {
    for (const end = this.at + HEX_DIGITS; this.at < end; this.at += 1) {
      if (!/[\da-fA-F]/.test(this.char())) this.fail('in \\u hexadecimal character escape');
    }
  }

  private takeNumber(): number | bigint {
    NUMBER.lastIndex = this.at;
    const [source, fraction, exponent] = NUMBER.exec(this.json) ?? [];
    if (source === undefined) this.failAfter(1, 'in numeric literal');
    this.at += source.length;
    if (exponent === undefined) {
      if (fraction === undefined && this.looksAt(CUT_FRACTION)) this.failAfter(1, 'after decimal point in numeric literal');
      if (this.looksAt(CUT_EXPONENT)) this.failAfter(CUT_EXPONENT.lastIndex - this.at, 'in exponent of numeric literal');
    }
    const value = Number(source);
    const isRounded = (fraction ?? exponent) === undefined && !Number.isSafeInteger(value);
    return this.isExact && isRounded && source.length <= MAX_EXACT_DIGITS ? BigInt(source) : value;
  }

  private takeLiteral(first: string): boolean | null {
    const literal = LITERALS[first];
    if (literal === undefined) this.fail('looking for beginning of value');
    for (const expected of literal.text) {
      if (this.char() !== expected) this.fail(`in literal ${literal.text} (expecting ${quoteChar(expected)})`);
      this.at += 1;
    }
    return literal.value;
  }

  private close(): void {
    this.at += 1;
    const closed = this.open.pop();
    if (closed === undefined) return;
    const { isList, keys, values } = closed;
    this.endValue(isList ? values : Object.fromEntries(keys.map((key, at) => [key, values[at]])));
  }

  private endValue(value: unknown): void {
    const inside = this.open.at(-1);
    if (inside === undefined) {
      this.result = value;
      this.expecting = 'end';
      return;
    }
    inside.values.push(value);
    this.expecting = inside.isList ? 'comma or ]' : 'comma or }';
  }

  private skip(chars: RegExp): void {
    chars.lastIndex = this.at;
    chars.test(this.json);
    this.at = chars.lastIndex;
  }

  private looksAt(chars: RegExp): boolean {
    chars.lastIndex = this.at;
    return chars.test(this.json);
  }

  /** The next character, where there has to be one. */
  private char(): string {
    const char = this.json[this.at];
    if (char === undefined) throw new SyntaxFault(UNEXPECTED_EOF);
    return char;
  }

  private failAfter(length: number, where: string): never {
    this.at += length;
    this.char();
    this.fail(where);
  }

  private fail(where: string): never {
    throw new SyntaxFault(`invalid character ${quoteChar(this.json.slice(this.at, this.at + 2))} ${where}`);
  }
}

/** The first byte of a text as Go quotes it: its decoder reads bytes, not characters. */
function quoteChar(text: string): string {
  const char = String.fromCharCode(Buffer.from(text)[0] ?? 0);
  if (char === "'") return "'\\''";
  return char === '"' ? "'\"'" : `'${quoteGo(char).slice(1, -1)}'`;
}
