/** What is expected next. */
type Expecting = 'value' | 'first value or ]' | 'first key or }' | 'key' | 'colon' | 'comma or ]' | 'comma or }' | 'end';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = ['true', 'false', 'null'];
const SPACE = ' \t\r\n';

/** What Go's decoder says of a text that is not JSON; undefined when its first value is. Go goes no further than that. */
export function jsonSyntaxError(json: string): { error?: string; end: number } {
  return new Scanner(json).scan();
}

class Scanner {
  private at = 0;
  private expecting: Expecting = 'value';
  private readonly open: ('[' | '{')[] = [];
  private error: string | undefined;

  constructor(private readonly json: string) {}

  scan(): { error?: string; end: number } {
    while (this.error === undefined && this.expecting !== 'end') {
      while (SPACE.includes(this.json[this.at] ?? 'x')) this.at += 1;
      const char = this.json[this.at];
      if (char === undefined) this.error = this.json.trim() === '' ? 'EOF' : 'unexpected EOF';
      else this.take(char);
    }
    return { ...(this.error !== undefined && { error: this.error }), end: this.at };
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
    else if (this.takeString()) this.expecting = 'colon';
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
      this.at += 1;
      this.open.push(char);
      this.expecting = char === '[' ? 'first value or ]' : 'first key or }';
      return;
    }
    const isTaken = char === '"' ? this.takeString() : /[-\d]/.test(char) ? this.takeNumber() : this.takeLiteral(char);
    if (isTaken) this.endValue();
  }

  private takeString(): boolean {
    for (this.at += 1; ; this.at += 1) {
      const char = this.json[this.at];
      if (char === undefined) return this.cutOff();
      if (char === '"') {
        this.at += 1;
        return true;
      }
      if (char < ' ') return this.fail('in string literal');
      if (char === '\\' && !this.takeEscape()) return false;
    }
  }

  private takeEscape(): boolean {
    this.at += 1;
    const char = this.json[this.at];
    if (char === undefined) return this.cutOff();
    if (char !== 'u') return 'bfnrt\\/"'.includes(char) || this.fail('in string escape code');
    for (let digits = 0; digits < 4; digits += 1) {
      this.at += 1;
      const digit = this.json[this.at];
      if (digit === undefined) return this.cutOff();
      if (!/[\da-fA-F]/.test(digit)) return this.fail('in \\u hexadecimal character escape');
    }
    return true;
  }

  private takeNumber(): boolean {
    NUMBER.lastIndex = this.at;
    const length = NUMBER.exec(this.json)?.[0].length;
    if (length !== undefined) {
      this.at += length;
      return true;
    }
    this.at += 1;
    return this.json[this.at] === undefined ? this.cutOff() : this.fail('in numeric literal');
  }

  private takeLiteral(char: string): boolean {
    const literal = LITERALS.find((candidate) => candidate.startsWith(char));
    if (literal === undefined) return this.fail('looking for beginning of value');
    for (let length = 1; length < literal.length; length += 1) {
      this.at += 1;
      const next = this.json[this.at];
      if (next === undefined) return this.cutOff();
      if (next !== literal[length]) return this.fail(`in literal ${literal} (expecting ${quote(literal[length] ?? '')})`);
    }
    this.at += 1;
    return true;
  }

  private close(): void {
    this.at += 1;
    this.open.pop();
    this.endValue();
  }

  private endValue(): void {
    const inside = this.open.at(-1);
    this.expecting = inside === undefined ? 'end' : inside === '[' ? 'comma or ]' : 'comma or }';
  }

  private cutOff(): false {
    this.error = 'unexpected EOF';
    return false;
  }

  private fail(where: string): false {
    this.error ??= `invalid character ${quote(String.fromCodePoint(this.json.codePointAt(this.at) ?? 0))} ${where}`;
    return false;
  }
}

function quote(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  return `'${JSON.stringify(char).slice(1, -1)}'`;
}
