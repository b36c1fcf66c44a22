/** How long work goes on before requests have their turn, in ms: a thousand who wait for one small key are answered in about one. */
const SLICE_MS = 50;

/** @returns true when it has set going what goes on for longer: others have their turn at once */
export type Work = () => boolean;

/**
 * Work in its order, for a slice of time after which requests are read and answered before it goes on. Callbacks of `setImmediate` alone
 * do not give way: all of one turn of the event loop run before it looks for requests again.
 */
export class Turns {
  private readonly works = new Set<Work>();
  private isRunning = false;

  /**
   * Queues work behind what is there.
   *
   * @returns takes it back
   */
  add(work: Work): () => void {
    this.works.add(work);
    if (!this.isRunning) {
      this.isRunning = true;
      this.startSlice();
    }
    return () => this.works.delete(work);
  }

  private startSlice(): void {
    setImmediate(() => this.run(performance.now() + SLICE_MS));
  }

  private run(endOfSlice: number): void {
    const [work] = this.works;
    if (work === undefined) {
      this.isRunning = false;
      return;
    }
    this.works.delete(work);
    if (work()) {
      this.startSlice();
      return;
    }
    // Behind all that waits for its result, so that one answer is away before the next is made; that counts in the slice.
    queueMicrotask(() => {
      process.nextTick(() => {
        if (performance.now() < endOfSlice) this.run(endOfSlice);
        else this.startSlice();
      });
    });
  }
}
