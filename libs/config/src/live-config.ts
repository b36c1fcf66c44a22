import type { Logger } from '@app/telemetry';
import type { ConfigDefinition } from './define-config.js';

/** What a rule finds wrong. */
export interface ConfigFault {
  /** Of the field, below the prefix; it may go on into the value (`['routes', 2]`). Empty: it concerns several. */
  readonly path: readonly PropertyKey[];
  /** What others may see: no secret. */
  readonly reason: string;
}

/** Looks at values that are not in force yet: without effects, and without waiting. */
export type ConfigRule<T> = (candidate: T) => readonly ConfigFault[];

/** Configuration that follows its sources, but for the fields that only a start reads: they stay as they were then. */
export interface LiveConfig<T> {
  /** What holds now. */
  readonly value: T;
  /**
   * Tells of changes of this part, after they are in force. A listener that throws is logged and hinders nobody: what a value can be
   * refused for belongs into the schema or into {@link addRule}.
   *
   * @returns ends it
   */
  onChange(listener: (value: T, previous: T) => void): () => void;
  /**
   * Adds what the schema cannot say, such as that every route can be built. From now on a change that breaks it is refused as a whole,
   * with key, source and reason, before anyone is told of it. Where what KV holds breaks it already, files count until KV is mended.
   *
   * @param rule one that throws has found a fault
   * @returns takes it back
   * @throws ConfigError when environment and files break it
   */
  addRule(rule: ConfigRule<T>): () => void;
}

/** The type of `onChange` takes an asynchronous function too. */
type Listener = (value: unknown, previous: unknown) => unknown;

/** One definition in a store. */
export interface ConfigPart {
  readonly definition: ConfigDefinition;
  /** What holds: of the fields that only a start reads, what the start has read. */
  value: unknown;
  /** What the sources say. */
  said: unknown;
  readonly listeners: Set<Listener>;
  readonly rules: Set<ConfigRule<unknown>>;
  readonly live: LiveConfig<unknown>;
}

/**
 * Makes the part of a definition.
 *
 * @param enforce makes sure that what holds keeps to a rule that was added
 */
export function createPart(definition: ConfigDefinition, value: unknown, enforce: (part: ConfigPart) => void): ConfigPart {
  const listeners = new Set<Listener>();
  const rules = new Set<ConfigRule<unknown>>();
  const part: ConfigPart = {
    definition,
    value: deepFreeze(value),
    said: value,
    listeners,
    rules,
    live: {
      get value() {
        return part.value;
      },
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      addRule(rule) {
        rules.add(rule);
        try {
          enforce(part);
        } catch (error) {
          rules.delete(rule);
          throw error;
        }
        return () => rules.delete(rule);
      },
    },
  };
  return part;
}

/** What the rules of a part find wrong with a value. */
export function findFaults({ rules }: Pick<ConfigPart, 'rules'>, candidate: unknown): ConfigFault[] {
  return [...rules].flatMap((rule) => {
    try {
      return rule(candidate);
    } catch (error) {
      return [{ path: [], reason: error instanceof Error ? error.message : String(error) }];
    }
  });
}

/** Puts a value in force. Its listeners are told apart, when every part of a change has its value. */
export function replaceValue(part: ConfigPart, said: unknown, value: unknown): void {
  part.said = said;
  part.value = deepFreeze(value);
}

/** Tells the listeners of a part; one that fails is logged. */
export function tellListeners(part: ConfigPart, previous: unknown, logger: Logger): void {
  const { prefix } = part.definition;
  const complain = (error: unknown) => {
    logger.error({ err: error, prefix }, 'A listener of a configuration change failed');
  };
  for (const listener of part.listeners) {
    try {
      // Nobody else would catch a rejection.
      const outcome = listener(part.value, previous);
      if (outcome instanceof Promise) outcome.catch(complain);
    } catch (error) {
      complain(error);
    }
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}
