/** The lexer's word for: what comes next is the text of a value. */
const TEXT = '\u001f';
const BLANK = /^(?:\s*|#.*)$/;
/** Between two values with nothing but blanks: those of a collection, and those of its first key. */
const MOST_IN_A_ROW = 2;

/** Counts the properties (tags and anchors) in the words of YAML: a parser complains of each one too many, and each complaint takes time. */
export class YamlProperties {
  private total = 0;
  private tags = 0;
  private anchors = 0;
  private isText = false;

  /** How many there are. */
  get count(): number {
    return this.total;
  }

  /** Whether more of a kind stand together than values can begin there. */
  get isHeaped(): boolean {
    return this.tags > MOST_IN_A_ROW || this.anchors > MOST_IN_A_ROW;
  }

  /** @param word comes after all that were given before */
  take(word: string): void {
    const kind = this.isText ? 'text' : kindOf(word);
    this.isText = word === TEXT;
    if (kind === 'blank') return;
    if (kind === 'text') {
      this.tags = 0;
      this.anchors = 0;
      return;
    }
    this.total += 1;
    if (kind === 'tag') this.tags += 1;
    else this.anchors += 1;
  }
}

function kindOf(word: string): 'tag' | 'anchor' | 'blank' | 'text' {
  if (word.startsWith('!')) return 'tag';
  if (word.startsWith('&')) return 'anchor';
  return BLANK.test(word) ? 'blank' : 'text';
}
