/** A small seeded generator (sfc32 by Chris Doty-Humphrey, public domain): the same seed gives the same numbers everywhere. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed any safe integer; `stream` sets apart several generators of one seed */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = Math.trunc(seed / 0x1_0000_0000) ^ 0x9e3779b9;
    this.#c = stream | 0;
    for (let round = 0; round < 12; round += 1) this.nextUint32();
  }

  nextUint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.nextUint32() / 0x1_0000_0000;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.fraction();
  }

  /** A whole number in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** True with probability `share`. */
  chance(share: number): boolean {
    return this.fraction() < share;
  }

  /** One element, all alike likely. */
  pick<T>(items: ArrayLike<T>): T {
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** One element of `[weight, element]` pairs, as likely as its weight. */
  weighted<T>(choices: readonly (readonly [number, T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let rest = this.fraction() * total;
    const index = choices.findIndex(([weight]) => (rest -= weight) < 0);
    return choices.at(index)?.[1] as T;
  }
}
