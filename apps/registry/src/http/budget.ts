/** A bound of what several requests use at once, in bytes. */
export class Budget {
  private used = 0;

  constructor(private readonly limit: number) {}

  /** A share that is still empty. */
  share(): Share {
    let held = 0;
    return {
      grow: (bytes) => {
        const others = this.used - held;
        if (others > 0 && this.used + bytes > this.limit) return false;
        this.used += bytes;
        held += bytes;
        return true;
      },
      release: () => {
        this.used -= held;
        held = 0;
      },
    };
  }
}

/** What one request uses of a {@link Budget}. */
export interface Share {
  /** @returns false, and takes nothing, when too little is left; who is alone gets whatever it asks for */
  grow(bytes: number): boolean;
  /** Gives everything back. */
  release(): void;
}
