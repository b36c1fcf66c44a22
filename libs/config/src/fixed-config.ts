import type { LiveConfig } from './config-store.js';

/**
 * Configuration that is set by hand: for tests and tools.
 *
 * @returns a {@link LiveConfig} with a `set` that tells the listeners
 */
export function fixedConfig<T>(initial: T): LiveConfig<T> & { set(value: T): void } {
  let value = initial;
  const listeners = new Set<(value: T, previous: T) => void>();
  return {
    get value() {
      return value;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      const previous = value;
      value = next;
      for (const listener of listeners) listener(next, previous);
    },
  };
}
