/** Header lines in their order: name, value, name, value; names in lower case. The form in which undici takes them. */
export class HeaderList {
  constructor(readonly lines: string[] = []) {}

  /** The first value, or undefined. */
  get(name: string): string | undefined {
    const index = this.indexOf(name);
    return index === -1 ? undefined : this.lines[index + 1];
  }

  /** Replaces every line of this name by one. */
  set(name: string, value: string): void {
    const index = this.indexOf(name);
    if (index === -1) {
      this.lines.push(name, value);
      return;
    }
    this.lines[index + 1] = value;
    this.removeFrom(index + 2, (other) => other === name);
  }

  /** Adds a line. */
  append(name: string, value: string): void {
    this.lines.push(name, value);
  }

  remove(name: string): void {
    this.removeFrom(0, (other) => other === name);
  }

  removeWhere(isUnwanted: (name: string) => boolean): void {
    this.removeFrom(0, isUnwanted);
  }

  private indexOf(name: string): number {
    for (let index = 0; index < this.lines.length; index += 2) {
      if (this.lines[index] === name) return index;
    }
    return -1;
  }

  private removeFrom(start: number, isUnwanted: (name: string) => boolean): void {
    const { lines } = this;
    let kept = start;
    for (let index = start; index < lines.length; index += 2) {
      const name = lines[index] ?? '';
      if (isUnwanted(name)) continue;
      if (kept !== index) {
        lines[kept] = name;
        lines[kept + 1] = lines[index + 1] ?? '';
      }
      kept += 2;
    }
    lines.length = kept;
  }
}
