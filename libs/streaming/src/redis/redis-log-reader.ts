import type { Redis } from 'ioredis';
import type { LogReader, LogRecord, Offset } from '../partitioned-log.js';
import { streamKey } from './log-keys.js';
import { timeOfStreamId } from './stream-id.js';

/** A stream entry as ioredis gives it: its id, and field and value in turn. */
export type StreamEntry = [id: string, fields: string[]];

/** Beyond the wait of a read: then the connection counts as dead. */
const GRACE_MS = 5_000;
const UNBLOCK_RETRY_MS = 10;

/** Turns entries into records: the first field is the value, the second, if any, the header. */
export function toRecords(entries: readonly StreamEntry[]): LogRecord[] {
  return entries.map(([offset, fields]) => ({ offset, at: timeOfStreamId(offset), value: fields[1] ?? '', header: fields[3] }));
}

/** Reads with one blocking XREAD over all partitions, on a connection of its own; another one is borrowed to end a wait. */
export class RedisLogReader implements LogReader {
  private readonly connection: Redis;
  private reading: symbol | undefined;
  private connectionId: number | undefined;
  private isClosed = false;

  /**
   * @param redis the connection to copy, and to end waits with
   * @param longestWaitMs the longest wait that reads will ask for
   */
  constructor(
    private readonly redis: Redis,
    private readonly topic: string,
    longestWaitMs: number,
  ) {
    this.connection = redis.duplicate({
      protocol: 2, // XREAD answers a list of streams; in RESP 3 it would be a map
      commandTimeout: longestWaitMs + GRACE_MS,
      // A broken connection ends the read, so that its caller checks its offsets against what the log holds afterwards.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      lazyConnect: true,
    });
    // Every command reports the same failure to its caller; without a listener the client would print it.
    this.connection.on('error', () => undefined);
    this.connection.on('close', () => (this.connectionId = undefined));
  }

  async read(positions: ReadonlyMap<number, Offset>, max: number, waitMs: number): Promise<Map<number, LogRecord[]>> {
    const partitions = [...positions.keys()];
    const keys = new Map(partitions.map((partition) => [streamKey(this.topic, partition), partition]));
    const current = Symbol('read');
    this.reading = current;
    try {
      // Asked for before the wait: during it the connection answers nothing else.
      this.connectionId ??= await this.connection.client('ID');
      const answer = await this.connection.xread('COUNT', max, 'BLOCK', waitMs, 'STREAMS', ...keys.keys(), ...positions.values());
      return new Map((answer ?? []).map(([key, entries]) => [keys.get(key) ?? -1, toRecords(entries)]));
    } finally {
      if (this.reading === current) this.reading = undefined;
    }
  }

  wake(): void {
    if (this.reading !== undefined) void this.unblock(this.reading);
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.connection.disconnect();
    return Promise.resolve();
  }

  /** The order to end a wait may overtake the XREAD on its own connection, so it is repeated until the read is over. */
  private async unblock(read: symbol): Promise<void> {
    while (this.reading === read && !this.isClosed) {
      const hasEnded = this.connectionId === undefined ? 0 : await this.redis.client('UNBLOCK', this.connectionId).catch(() => 1);
      if (hasEnded === 1) return;
      await new Promise((resolve) => setTimeout(resolve, UNBLOCK_RETRY_MS));
    }
  }
}
