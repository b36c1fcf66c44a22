import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigProblem } from './config-error.js';
import type { ConfigStore } from './config-store.js';
import type { ConsulAnswer, ConsulClient } from './consul-client.js';
import { type ConsulWatch, watchConsul } from './consul-watch.js';
import { type ConfigDocument, parseConfigDocument } from './document.js';
import { configKey, isSharedDocument } from './kv-layout.js';

type KvAnswer = { Value: string | null } | undefined;

const BOOT_PAUSE_MS = 150;
/** A shorter failure, such as a restart of the agent, is not worth a message. */
const OUTAGE_MS = 1_000;
const BOOT_CALL_TIMEOUT_MS = 2_000;

/** Follows the documents of a service in Consul KV and hands every new state of them to the store. */
export class KvSource {
  private readonly texts = new Map<string, string | undefined>();
  /** Documents that cannot be had, and since when (`performance.now()`). */
  private readonly failing = new Map<string, number>();
  private watches: ConsulWatch[] = [];

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
    while (waitMs > 0 && !(await this.fetchAll())) {
      if (performance.now() >= deadline) {
        this.store.setReachable(false);
        break;
      }
      await delay(BOOT_PAUSE_MS);
    }
    this.watches = this.names.map((name) => this.watch(name));
  }

  close(): void {
    for (const watch of this.watches) watch.close();
  }

  private async fetchAll(): Promise<boolean> {
    const calls = this.names.map((name) => this.client.kv.get({ key: configKey(name), timeout: BOOT_CALL_TIMEOUT_MS } as { key: string }));
    const answers = await Promise.allSettled(calls);
    const fulfilled = answers.filter((answer) => answer.status === 'fulfilled');
    if (fulfilled.length < answers.length) return false;
    fulfilled.forEach((answer, index) => this.texts.set(this.names[index] ?? '', answer.value?.Value ?? undefined));
    this.handOver();
    return true;
  }

  private watch(name: string): ConsulWatch {
    return watchConsul<KvAnswer>({
      // The client's types know neither `ctx` nor the answer that it makes of it.
      query: (options) =>
        this.client.kv.get({ key: configKey(name), ...options } as { key: string }) as unknown as Promise<ConsulAnswer<KvAnswer>>,
      onData: (item) => {
        this.failing.delete(name);
        if (this.failing.size === 0) this.store.setReachable(true);
        this.take(name, item?.Value ?? undefined);
      },
      onError: () => {
        this.noteFailure(name);
      },
    });
  }

  private noteFailure(name: string): void {
    const since = this.failing.get(name) ?? performance.now();
    this.failing.set(name, since);
    if (performance.now() - since > OUTAGE_MS) this.store.setReachable(false);
  }

  private take(name: string, text: string | undefined): void {
    if (this.texts.has(name) && this.texts.get(name) === text) return;
    this.texts.set(name, text);
    if (this.texts.size === this.names.length) this.handOver();
  }

  private handOver(): void {
    const documents: ConfigDocument[] = [];
    const unreadable: ConfigProblem[] = [];
    for (const name of this.names) {
      const text = this.texts.get(name);
      if (text === undefined) continue;
      const parsed = parseConfigDocument(`KV ${configKey(name)}`, text);
      if ('document' in parsed) documents.push({ ...parsed.document, isShared: isSharedDocument(name) });
      else unreadable.push(parsed.problem);
    }
    this.store.update(documents, unreadable);
  }
}
