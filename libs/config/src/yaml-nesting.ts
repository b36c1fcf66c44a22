/** Words of the lexer that take no place in the text: they say that a document, or a scalar, begins, or that a flow collection ends. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f', '\ufeff']);
const BLANK = /^(?:[\s,]*|#.*)$/;
const SIGNS_OF_ENTRY = 2;
/** After these a collection may begin on the same line. */
const OPENERS = new Set(['-', '?', ':']);

/**
 * How deeply a text of YAML is nested, told by its words alone: by open brackets, and by the columns at which something has begun. A value
 * beside its key counts as a level, so that it may say one more than there is.
 */
export class YamlNesting {
  private column = 0;
  private brackets = 0;
  /** For each open bracket: the signs in what stands there since the last comma. */
  private readonly signs: number[] = [];
  /** Levels that signs in brackets have opened. */
  private chained = 0;
  /** Where blocks have begun, each further right than the one before. */
  private readonly starts: number[] = [];
  /** Whether what comes next may begin a collection. */
  private mayBegin = true;

  /** @returns the depth at this word, which comes after all that were given before */
  take(token: string): number {
    if (MARKS.has(token)) return this.depth;
    if (token === ',') this.unchain();
    else if (!BLANK.test(token)) this.takeSign(token);
    const end = token.lastIndexOf('\n');
    this.column = end === -1 ? this.column + token.length : token.length - end - 1;
    if (end !== -1) this.mayBegin = true;
    return this.depth;
  }

  private takeSign(token: string): void {
    if (token === '[' || token === '{') {
      this.brackets += 1;
      this.signs.push(0);
    } else if (token === ']' || token === '}') this.close();
    else if (OPENERS.has(token)) this.chain();
    if (this.brackets === 0 && (this.mayBegin || token === '-' || token === '?')) this.begin();
    this.mayBegin = OPENERS.has(token);
  }

  private get depth(): number {
    return this.starts.length + this.brackets + this.chained;
  }

  private close(): void {
    this.unchain();
    this.signs.pop();
    this.brackets = Math.max(0, this.brackets - 1);
  }

  /** In brackets an entry needs a `?` and a `:`; to the parser each sign more is a level (`[a: b: c: ...`), until the next comma. */
  private chain(): void {
    const at = this.signs.length - 1;
    if (at < 0) return;
    const count = (this.signs[at] ?? 0) + 1;
    this.signs[at] = count;
    if (count > SIGNS_OF_ENTRY) this.chained += 1;
  }

  private unchain(): void {
    const at = this.signs.length - 1;
    if (at < 0) return;
    this.chained -= Math.max(0, (this.signs[at] ?? 0) - SIGNS_OF_ENTRY);
    this.signs[at] = 0;
  }

  private begin(): void {
    while ((this.starts.at(-1) ?? -1) >= this.column) this.starts.pop();
    this.starts.push(this.column);
  }
}
