/** An expression that does not follow the grammar. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
}

/** A terminal of the grammar: what it matches, and how it is called when it was expected. */
export interface Terminal {
  readonly pattern: RegExp;
  readonly label: string;
}

/** This text and no other. */
export function literal(text: string): Terminal {
  return { pattern: new RegExp(text.replace(/[()[\].]/g, '\\$&'), 'uy'), label: JSON.stringify(text) };
}

/** One character of a class, written as in the grammar: `[a-z]`. */
export function oneOf(charClass: string): Terminal {
  return { pattern: new RegExp(charClass, 'uy'), label: charClass };
}

const END_LABEL = 'EOF';

/**
 * Reads an expression terminal by terminal. Remembers what was expected at the farthest place that was tried: this is what a syntax error
 * tells, as in Consul, whose parser is one of parsing expression grammars.
 */
export class Scanner {
  position = 0;
  private farthest = 0;
  private readonly expected = new Set<string>();
  private readonly faults = new Set<string>();

  constructor(private readonly text: string) {}

  /** @returns whether the terminal is here, and then goes past it */
  take(terminal: Terminal): boolean {
    const { pattern } = terminal;
    pattern.lastIndex = this.position;
    if (pattern.test(this.text)) {
      this.position = pattern.lastIndex;
      return true;
    }
    this.expect(terminal.label);
    return false;
  }

  /** Goes past as many as there are. */
  takeAll(terminal: Terminal): void {
    while (this.take(terminal)) continue;
  }

  /** Whether the terminal is here, for what must not be followed by it. */
  isAt({ pattern, label }: Terminal): boolean {
    pattern.lastIndex = this.position;
    const isHere = pattern.test(this.text);
    if (isHere) this.expect(`!${label}`);
    return isHere;
  }

  isAtEnd(): boolean {
    const isEnd = this.position === this.text.length;
    if (!isEnd) this.expect(END_LABEL);
    return isEnd;
  }

  textFrom(start: number): string {
    return this.text.slice(start, this.position);
  }

  /** Notes a fault that the grammar has a text of its own for. */
  fault(rule: string, message: string, position = this.position): void {
    this.faults.add(`${this.place(position)}: rule ${rule}: ${message}`);
  }

  /** @throws FilterSyntaxError when there were faults, or when the whole was not understood */
  finish<T>(understood: T | undefined): T {
    if (this.faults.size > 0) throw new FilterSyntaxError([...this.faults].join('\n'));
    if (understood !== undefined) return understood;
    throw new FilterSyntaxError(`${this.place(this.farthest)}: no match found, expected: ${this.listExpected()}`);
  }

  private expect(label: string): void {
    if (this.position < this.farthest) return;
    if (this.position > this.farthest) this.expected.clear();
    this.farthest = this.position;
    this.expected.add(label);
  }

  /** Line and column of a position, and its offset in bytes; a line begins with the character that ends the one before. */
  private place(position: number): string {
    const passed = this.text.slice(0, position);
    const isAtBreak = this.text[position] === '\n';
    const lines = passed.split('\n');
    const column = isAtBreak ? 0 : Array.from(lines.at(-1) ?? '').length + 1;
    return `${lines.length + (isAtBreak ? 1 : 0)}:${column} (${Buffer.byteLength(passed)})`;
  }

  private listExpected(): string {
    const labels = [...this.expected].filter((label) => label !== END_LABEL).sort();
    if (this.expected.has(END_LABEL)) labels.push(END_LABEL);
    const last = labels.pop() ?? '';
    return labels.length === 0 ? last : `${labels.join(', ')} or ${last}`;
  }
}
