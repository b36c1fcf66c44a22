/** The mean time until a changed output alone is written down, in ms: Consul's `check_update_interval`. */
const UPDATE_INTERVAL_MS = 300_000;

interface Latest {
  output: string;
  timer: NodeJS.Timeout | undefined;
}

/**
 * What checks said last, where the catalogue does not say so yet: an output that changes while the status stays is seen at once by who asks
 * the agent, and written down only now and then.
 */
export class LatestOutputs {
  private readonly latest = new Map<string, Latest>();

  /** @param writeBack writes an output down when it is time; it does not fail */
  constructor(private readonly writeBack: (checkId: string, output: string) => Promise<unknown>) {}

  /** undefined when the catalogue knows the last. */
  get(checkId: string): string | undefined {
    return this.latest.get(checkId)?.output;
  }

  note(checkId: string, output: string): void {
    const existing = this.latest.get(checkId);
    if (existing !== undefined) {
      existing.output = output;
      return;
    }
    const latest: Latest = { output, timer: undefined };
    this.latest.set(checkId, latest);
    this.arm(checkId, latest);
  }

  forget(checkId: string): void {
    clearTimeout(this.latest.get(checkId)?.timer);
    this.latest.delete(checkId);
  }

  stop(): void {
    for (const checkId of [...this.latest.keys()]) this.forget(checkId);
  }

  private arm(checkId: string, latest: Latest): void {
    latest.timer = setTimeout(() => void this.write(checkId, latest), delay()).unref();
  }

  private async write(checkId: string, latest: Latest): Promise<void> {
    const { output } = latest;
    await this.writeBack(checkId, output);
    if (this.latest.get(checkId) !== latest) return;
    if (latest.output === output) this.latest.delete(checkId);
    else this.arm(checkId, latest);
  }
}

/** Half of the interval and up to a whole one more, so that not all are written at once. */
function delay(): number {
  return UPDATE_INTERVAL_MS * (0.5 + Math.random());
}
