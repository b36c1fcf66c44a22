/** A bound of what several requests use at once, in bytes. */
export class Budget {
  used = 0;

  constructor(readonly limit: number) {}

  /** A share that is still empty. */
  share(): Share {
    return new Share(this);
  }
}

/** What one request uses of a {@link Budget}. */
export class Share {
  private held = 0;

  constructor(private readonly budget: Budget) {}

  /** @returns false, and takes nothing, when too little is left; who is alone gets whatever it asks for */
  grow(bytes: number): boolean {
    const { budget } = this;
    const others = budget.used - this.held;
    if (others > 0 && budget.used + bytes > budget.limit) return false;
    budget.used += bytes;
    this.held += bytes;
    return true;
  }

  /** Gives everything back. */
  release(): void {
    this.budget.used -= this.held;
    this.held = 0;
  }
}
