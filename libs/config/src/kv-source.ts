import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigProblem } from './config-error.js';
import type { ConfigStore } from './config-store.js';
import { type ConsulAnswer, ConsulCallContext, type ConsulClient } from './consul-client.js';
import { type ConsulQueryOptions, type ConsulWatch, watchConsul } from './consul-watch.js';
import { type ConfigDocument, type ParsedDocument, parseConfigDocument } from './document.js';
import { configKey, isSeed, isSharedDocument } from './kv-layout.js';
import { KV_LIMITS } from './yaml-rules.js';

type KvAnswer = { Value: string | null; Flags: number; ModifyIndex: number } | undefined;

/** A document as it was read. */
interface Reading {
  /** Undefined: it is not there. */
  readonly text: string | undefined;
  /** Whether the registry has put it there from a file; else a person has. */
  readonly isSeed: boolean;
  /** When it was changed; 0: it is not there. */
  readonly changedAt: number;
  /** Of the answer: never lower than that of an earlier one, unless the registry has lost its state. */
  readonly index: bigint;
}

type Readings = ReadonlyMap<string, Reading>;

const BOOT_PAUSE_MS = 150;
/** A shorter failure, such as a restart of the agent, is not worth a message. */
const OUTAGE_MS = 1_000;
const CALL_TIMEOUT_MS = 2_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;
/** How often everything is read until nothing moves; whoever writes faster than that wakes us again. */
const MAX_ROUNDS = 8;

/**
 * Follows the documents of a service in Consul KV and hands every new state of them to the store. A change of one wakes it; it then reads
 * all of them until two readings are alike, so that what one transaction has changed is taken together.
 */
export class KvSource {
  private current: Readings = new Map();
  /** Documents that the registry has lost, as they were. */
  private readonly lost = new Map<string, Reading>();
  /** What cannot be had, and since when (`performance.now()`). */
  private readonly failing = new Map<string, number>();
  private readonly parsed = new Map<string, { text: string; result: ParsedDocument }>();
  private watches: ConsulWatch[] = [];
  /** Documents that woke us and are not taken yet. */
  private readonly woken = new Map<string, Reading>();
  private isCollecting = false;
  private readonly stop = new AbortController();

  /** @param names documents in order, the one that counts most first */
  constructor(
    private readonly client: ConsulClient,
    private readonly names: readonly string[],
    private readonly store: ConfigStore,
  ) {}

  /**
   * Asks again and again, in short intervals, for at most `waitMs` (0 = does not ask); then follows, whether there was an answer
   * or not.
   */
  async start(waitMs: number): Promise<void> {
    const deadline = performance.now() + waitMs;
    while (waitMs > 0 && !(await this.collectOnce())) {
      if (performance.now() >= deadline) {
        this.store.setReachable(false);
        break;
      }
      await delay(BOOT_PAUSE_MS);
    }
    this.watches = this.names.map((name) => this.watch(name));
  }

  close(): void {
    this.stop.abort();
    for (const watch of this.watches) watch.close();
  }

  private watch(name: string): ConsulWatch {
    return watchConsul<KvAnswer>({
      query: (options) => this.ask(name, options),
      onData: (item, index) => {
        this.failing.delete(name);
        this.woken.set(name, toReading(item, index));
        void this.collect();
      },
      onError: () => {
        this.noteFailure(name);
      },
    });
  }

  /** The client's types know neither `ctx` nor the answer that it makes of it. */
  private ask(name: string, options: Partial<ConsulQueryOptions>): Promise<ConsulAnswer<KvAnswer>> {
    return this.client.kv.get({ key: configKey(name), ...options } as { key: string }) as unknown as Promise<ConsulAnswer<KvAnswer>>;
  }

  /** Takes what woke us, one at a time; tries until it can be had. */
  private async collect(): Promise<void> {
    if (this.isCollecting) return;
    this.isCollecting = true;
    const { signal } = this.stop;
    for (let pause = FIRST_PAUSE_MS; this.woken.size > 0 && !signal.aborted;) {
      if (await this.collectOnce()) pause = FIRST_PAUSE_MS;
      else {
        await delay(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(pause * 2, MAX_PAUSE_MS);
      }
    }
    this.isCollecting = false;
  }

  /** @returns whether the documents could be had */
  private async collectOnce(): Promise<boolean> {
    const woken = new Map(this.woken);
    let readings: Readings;
    try {
      readings = await this.readUntilStill(new Map([...this.current, ...woken]));
    } catch {
      // Which of the calls failed and why says no more than that the registry does not answer.
      this.noteFailure(ALL);
      return false;
    }
    if (this.stop.signal.aborted) return false;
    this.failing.delete(ALL);
    if (this.failing.size === 0) this.store.setReachable(true);
    for (const [name, reading] of woken) if (this.woken.get(name) === reading) this.woken.delete(name);
    this.take(readings);
    return true;
  }

  private async readUntilStill(known: Readings): Promise<Readings> {
    let previous = known;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const next = await this.readAll();
      if (this.names.every((name) => isSame(previous.get(name), next.get(name)))) return next;
      previous = next;
    }
    return previous;
  }

  private async readAll(): Promise<Readings> {
    const readings = this.names.map(async (name): Promise<[string, Reading]> => {
      const [{ headers }, item] = await this.ask(name, { timeout: CALL_TIMEOUT_MS, ctx: new ConsulCallContext() });
      const index = headers['x-consul-index'];
      // A 404 of something that is no Consul must not pass for a document that was deleted.
      if (typeof index !== 'string' || !/^\d+$/.test(index)) throw new Error('The answer has no X-Consul-Index');
      return [name, toReading(item, BigInt(index))];
    });
    return new Map(await Promise.all(readings));
  }

  private noteFailure(what: string): void {
    if (this.stop.signal.aborted) return;
    const since = this.failing.get(what) ?? performance.now();
    this.failing.set(what, since);
    if (performance.now() - since > OUTAGE_MS) this.store.setReachable(false);
  }

  private take(readings: Readings): void {
    const isFirst = this.current.size === 0;
    const hasLostState = this.names.some((name) => indexOf(readings, name) < indexOf(this.current, name));
    for (const name of this.names) {
      const held = this.lost.get(name) ?? (hasLostState ? this.current.get(name) : undefined);
      if (held !== undefined && isLost(held, readings.get(name))) this.lost.set(name, held);
      else this.lost.delete(name);
    }
    const isNews = this.names.some((name) => readings.get(name)?.text !== this.current.get(name)?.text);
    this.current = readings;
    this.store.setLost([...this.lost.keys()].map(configKey));
    if (isFirst || isNews) this.handOver();
  }

  private handOver(): void {
    const documents: ConfigDocument[] = [];
    const unreadable: ConfigProblem[] = [];
    for (const name of this.names) {
      const text = (this.lost.get(name) ?? this.current.get(name))?.text;
      if (text === undefined) continue;
      const parsed = this.parse(name, text);
      if ('document' in parsed) documents.push({ ...parsed.document, isShared: isSharedDocument(name) });
      else unreadable.push(parsed.problem);
    }
    this.store.update(documents, unreadable);
  }

  /** Only what has changed is read anew. */
  private parse(name: string, text: string): ParsedDocument {
    const known = this.parsed.get(name);
    if (known?.text === text) return known.result;
    const result = parseConfigDocument(`KV ${configKey(name)}`, text, KV_LIMITS);
    this.parsed.set(name, { text, result });
    return result;
  }
}

/** Among what fails: the reading of all documents at once. No document has this name. */
const ALL = '';

function toReading(item: KvAnswer, index: bigint): Reading {
  // Consul writes an empty value as null.
  if (item === undefined) return { text: undefined, isSeed: false, changedAt: 0, index };
  const text = item.Value ?? '';
  return { text, isSeed: isSeed(text, item.Flags), changedAt: item.ModifyIndex, index };
}

/**
 * Whether a document from before a loss still holds: until it is written again. What a person wrote is not replaced by the seed that the
 * registry puts there when it starts with nothing; an empty document held nothing.
 */
function isLost(held: Reading, found: Reading | undefined): boolean {
  if (held.text === undefined || held.text.trim() === '' || held.text === found?.text) return false;
  return found?.text === undefined || (found.isSeed && !held.isSeed);
}

function indexOf(readings: Readings, name: string): bigint {
  return readings.get(name)?.index ?? 0n;
}

function isSame(one: Reading | undefined, other: Reading | undefined): boolean {
  return one !== undefined && one.changedAt === other?.changedAt && one.text === other.text;
}
