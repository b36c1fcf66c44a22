/** Something that somebody told the whole cluster. */
export interface UserEvent {
  readonly id: string;
  readonly name: string;
  /** As base64; null when there is none. */
  readonly payload: string | null;
  /** Regular expressions of who is to hear it; empty = everybody. */
  readonly nodeFilter: string;
  readonly serviceFilter: string;
  readonly tagFilter: string;
  /** The Lamport time at which it was told. */
  readonly lTime: number;
}

/** How many events are remembered. */
export const MAX_EVENTS = 256;

/** The last events that reached this node, oldest first. They are gone with the process, as those of Consul. */
export class EventLog {
  private events: readonly UserEvent[] = [];
  private clock = 0;

  /** Adds an event, and gives it its time. */
  add(event: Omit<UserEvent, 'lTime'>): void {
    this.clock += 1;
    this.events = [...this.events, { ...event, lTime: this.clock }].slice(-MAX_EVENTS);
  }

  /** @param name empty = all */
  list(name: string): readonly UserEvent[] {
    return name === '' ? this.events : this.events.filter((event) => event.name === name);
  }
}

/** The index of a list that ends in the event of this id: its halves, one over the other. */
export function indexOfEvent(id: string): bigint {
  const digits = id.replaceAll('-', '');
  return BigInt(`0x${digits.slice(0, 16)}`) ^ BigInt(`0x${digits.slice(16)}`);
}

/** What Consul's gossip carries of an event at most, in bytes: before and after it is wrapped for its way. */
const MAX_EVENT_BYTES = 512;
/** Beside the name, which is in it twice, the payload and the filters. */
const BASE_BYTES = 62;
const PART_BYTES = 4;
const WRAPPING_BYTES = 34;

/**
 * Whether an event is more than Consul's gossip would carry.
 *
 * @param parts the lengths of the payload and the filters, in bytes
 * @returns what Consul says of it; undefined when it is not
 */
export function sizeFault(name: string, parts: readonly number[]): string | undefined {
  const given = parts.filter((length) => length > 0);
  const size = 2 * Buffer.byteLength(name) + BASE_BYTES + given.reduce((sum, length) => sum + length + PART_BYTES, 0);
  if (size > MAX_EVENT_BYTES) return `user event exceeds configured limit of ${MAX_EVENT_BYTES} bytes before encoding`;
  if (size + WRAPPING_BYTES <= MAX_EVENT_BYTES) return undefined;
  return `encoded user event exceeds configured limit of ${MAX_EVENT_BYTES} bytes after encoding`;
}
