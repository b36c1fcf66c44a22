/** Keeps the last bytes of what is written to it: as much as a check shows. */
export class TailBuffer {
  private chunks: Buffer[] = [];
  private kept = 0;
  private total = 0;

  constructor(private readonly size: number) {}

  /** All that was written, in bytes. */
  get written(): number {
    return this.total;
  }

  write(chunk: Buffer): void {
    this.total += chunk.length;
    // A copy: a part of a chunk would keep all of it in memory.
    const part = Buffer.from(chunk.subarray(Math.max(0, chunk.length - this.size)));
    this.chunks.push(part);
    this.kept += part.length;
    if (this.kept > 2 * this.size) this.cut();
  }

  toString(): string {
    this.cut();
    return Buffer.concat(this.chunks).toString('utf8');
  }

  private cut(): void {
    const whole = Buffer.concat(this.chunks);
    this.chunks = [Buffer.from(whole.subarray(Math.max(0, whole.length - this.size)))];
    this.kept = this.chunks[0]?.length ?? 0;
  }
}
