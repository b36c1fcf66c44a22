import { lowerBound } from './tables/sorted-keys.js';
import { Topic } from './topics.js';

/** Called once, when one of the topics changed. */
type Wake = () => void;

/** What a reader waits for: topics by name, and keys below prefixes. */
export interface Interest {
  readonly topics?: readonly string[];
  readonly keyPrefix?: string;
}

/** Readers that wait for changes. */
export class Watchers {
  private readonly byTopic = new Map<string, Set<Wake>>();
  private readonly byPrefix = new Map<string, Set<Wake>>();

  /**
   * Waits for the next change.
   *
   * @returns ends the wait
   */
  add({ topics = [], keyPrefix }: Interest, wake: Wake): () => void {
    for (const topic of topics) addTo(this.byTopic, topic, wake);
    const prefix = keyPrefix === undefined ? undefined : Topic.key(keyPrefix);
    if (prefix !== undefined) addTo(this.byPrefix, prefix, wake);
    return () => {
      for (const topic of topics) removeFrom(this.byTopic, topic, wake);
      if (prefix !== undefined) removeFrom(this.byPrefix, prefix, wake);
    };
  }

  /** Wakes everyone who waits for one of these topics, each once. */
  wake(touched: ReadonlySet<string>): void {
    const woken = new Set<Wake>();
    for (const topic of touched) for (const wake of this.byTopic.get(topic) ?? []) woken.add(wake);
    // In order each prefix needs only a look at its place: a deleted tree touches very many keys.
    const sorted = this.byPrefix.size === 0 ? [] : [...touched].sort();
    for (const [prefix, wakes] of this.byPrefix) {
      if (sorted[lowerBound(sorted, prefix)]?.startsWith(prefix) === true) for (const wake of wakes) woken.add(wake);
    }
    for (const wake of woken) wake();
  }
}

function addTo(map: Map<string, Set<Wake>>, key: string, wake: Wake): void {
  const existing = map.get(key);
  if (existing === undefined) map.set(key, new Set([wake]));
  else existing.add(wake);
}

function removeFrom(map: Map<string, Set<Wake>>, key: string, wake: Wake): void {
  const existing = map.get(key);
  existing?.delete(wake);
  if (existing?.size === 0) map.delete(key);
}
