/** Numbers by name that can be put back to what they were when they were last kept. */
export class Ledger {
  private readonly numbers = new Map<string, number>();
  private changes: [name: string, before: number | undefined][] = [];

  get(name: string): number | undefined {
    return this.numbers.get(name);
  }

  set(name: string, value: number): void {
    this.changes.push([name, this.numbers.get(name)]);
    this.numbers.set(name, value);
  }

  keep(): void {
    this.changes = [];
  }

  undo(): void {
    for (const [name, before] of this.changes.reverse()) {
      if (before === undefined) this.numbers.delete(name);
      else this.numbers.set(name, before);
    }
    this.changes = [];
  }
}
