/** A bound of what several requests use at once, in bytes. Where it is reached, those give way that are slow. */
export class Budget {
  used = 0;
  /** Who uses something of it. */
  readonly shares = new Set<Share>();

  constructor(readonly limit: number) {}

  /**
   * A share that is still empty.
   *
   * @param patienceMs after this it gives way to others
   * @param giveWay called when it has to
   */
  share(patienceMs = Infinity, giveWay: () => void = () => undefined): Share {
    return new Share(this, patienceMs, giveWay);
  }
}

/** What one request uses of a {@link Budget}. */
export class Share {
  private held = 0;
  private yieldsAt: number;
  private isReleased = false;

  constructor(
    private readonly budget: Budget,
    private readonly patienceMs: number,
    private readonly giveWay: () => void,
  ) {
    this.yieldsAt = performance.now() + patienceMs;
  }

  /** @returns false, and takes nothing, when too little is left and nobody gives way, or it was released; who is alone gets whatever it asks for */
  grow(bytes: number): boolean {
    if (this.isReleased) return false;
    while (!this.fits(bytes)) if (!this.cutOffSlowest()) return false;
    this.take(bytes);
    return true;
  }

  /** Takes it whether it fits or not. @returns false when it was released */
  growAnyway(bytes: number): boolean {
    if (!this.grow(bytes) && !this.isReleased) this.take(bytes);
    return !this.isReleased;
  }

  /** It was fast enough until now. */
  refresh(): void {
    this.yieldsAt = performance.now() + this.patienceMs;
  }

  /** It does not give way, unless it is refreshed. */
  keep(): void {
    this.yieldsAt = Infinity;
  }

  /** Gives everything back, for good. */
  release(): void {
    this.isReleased = true;
    this.budget.shares.delete(this);
    this.budget.used -= this.held;
    this.held = 0;
  }

  private fits(bytes: number): boolean {
    const { used, limit } = this.budget;
    return used === this.held || used + bytes <= limit;
  }

  private take(bytes: number): void {
    this.budget.shares.add(this);
    this.budget.used += bytes;
    this.held += bytes;
  }

  /** @returns false when all others are fast enough */
  private cutOffSlowest(): boolean {
    let slowest: Share | undefined;
    for (const share of this.budget.shares) {
      if (share !== this && share.yieldsAt < (slowest?.yieldsAt ?? Infinity)) slowest = share;
    }
    if (slowest === undefined || slowest.yieldsAt > performance.now()) return false;
    slowest.release();
    slowest.giveWay();
    return true;
  }
}
