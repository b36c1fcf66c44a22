import type { Interest, Watchers } from '../store/watchers.js';
import type { IndexedResponse } from './consul-request.js';
import { encodeBody } from './encode-body.js';

/** Shorter answers are made as fast as they are found. */
const MIN_BYTES = 1_024;

interface Entry {
  readonly response: IndexedResponse;
  readonly bytes: number;
  /** Ends the wait for a change. */
  readonly forget: () => void;
}

/**
 * Answers of reads as bytes, each kept until something changes that it depends on: many who ask the same, and all who are woken by the
 * same change, share one. The oldest go first.
 */
export class AnswerCache {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  /** @param maxBytes of all together; one may take a quarter of it */
  constructor(private readonly maxBytes: number) {}

  /**
   * @param key says all that the answer depends on beside the state
   * @param interest what of the state it depends on
   */
  read(key: string, watchers: Watchers, interest: Interest, make: () => IndexedResponse): IndexedResponse {
    const known = this.entries.get(key);
    if (known !== undefined) return known.response;
    const response = make();
    const length = response.pieces?.bytes;
    if (length !== undefined && length > this.maxBytes / 4) return response;
    const body = encodeBody(response);
    const bytes = Buffer.byteLength(body);
    const { status, index, headers } = response;
    const made = { ...(status !== undefined && { status }), index, ...(headers !== undefined && { headers }), text: body };
    if (bytes < MIN_BYTES || bytes > this.maxBytes / 4) return made;
    const kept = { ...made, text: Buffer.from(body) };
    this.entries.set(key, { response: kept, bytes, forget: watchers.add(interest, () => this.drop(key)) });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest);
    }
    return kept;
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
    entry.forget();
  }
}
