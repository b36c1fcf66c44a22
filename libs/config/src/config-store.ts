import { isDeepStrictEqual } from 'node:util';
import type { HealthStatus, Logger } from '@app/telemetry';
import { ConfigError, type ConfigProblem, describeProblem } from './config-error.js';
import type { ConfigDefinition, ConfigValue } from './define-config.js';
import type { ConfigDocument } from './document.js';
import { fieldsOf } from './fields.js';
import { resolveConfig } from './resolve.js';
import { unknownKeys } from './unknown-keys.js';

/** Configuration that follows its sources. */
export interface LiveConfig<T> {
  /** What holds now. */
  readonly value: T;
  /**
   * Tells of changes of this part, after they are in force. A listener that throws is logged and hinders nobody.
   *
   * @returns ends it
   */
  onChange(listener: (value: T, previous: T) => void): () => void;
}

/** What a store is made of. */
export interface ConfigStoreOptions {
  service: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** In order, the one that counts most first. */
  files: readonly ConfigDocument[];
  logger: Logger;
}

type Listener = (value: unknown, previous: unknown) => void;

interface Part {
  readonly definition: ConfigDefinition;
  value: unknown;
  readonly listeners: Set<Listener>;
  readonly live: LiveConfig<unknown>;
}

/**
 * The configuration of one process: environment over KV over files over defaults. A new state of KV is taken as a whole or not at
 * all: when any part of it breaks a rule, the last good state stays.
 */
export class ConfigStore {
  readonly service: string;
  private readonly parts = new Map<ConfigDefinition, Part>();
  private documents: readonly ConfigDocument[] = [];
  private refused: readonly ConfigProblem[] = [];
  private unreachableSince: Date | undefined;
  /** Unknown keys that were logged already; undefined until every part of the application is there. */
  private reportedUnknown: Set<string> | undefined;
  private readonly cleanups: (() => void)[] = [];

  constructor(private readonly options: ConfigStoreOptions) {
    this.service = options.service;
  }

  /**
   * The live values of a definition; the same object for every call.
   *
   * @throws ConfigError with every problem of the definition
   */
  get<D extends ConfigDefinition>(definition: D): LiveConfig<ConfigValue<D>> {
    this.require([definition]);
    return this.parts.get(definition)?.live as LiveConfig<ConfigValue<D>>;
  }

  /**
   * Makes sure that all of these have values. Where only KV is to blame, KV is refused and files count.
   *
   * @throws ConfigError with every problem of all of them
   */
  require(definitions: Iterable<ConfigDefinition>): void {
    const missing = [...definitions].filter((definition) => !this.parts.has(definition));
    if (missing.length === 0) return;
    const { values, problems } = this.resolveAll(missing, this.documents);
    if (problems.length === 0) {
      for (const [definition, value] of values) this.parts.set(definition, createPart(definition, value));
      return;
    }
    if (this.documents.length === 0 || this.resolveAll(missing, []).problems.length > 0) throw new ConfigError(problems);
    this.refuse(problems);
    this.adopt([]);
    this.require(missing);
  }

  /**
   * Takes a new state of KV, if all of it is good.
   *
   * @param documents in order, the one that counts most first
   * @param unreadable documents of it that could not be read
   * @returns whether it is in force now
   */
  update(documents: readonly ConfigDocument[], unreadable: readonly ConfigProblem[] = []): boolean {
    const { problems } = this.resolveAll(this.parts.keys(), documents);
    const all = [...unreadable, ...problems];
    if (all.length > 0) {
      this.refuse(all);
      return false;
    }
    if (this.refused.length > 0) this.options.logger.info('Configuration is good again');
    this.refused = [];
    this.adopt(documents);
    if (this.reportedUnknown !== undefined) this.reportUnknownKeys();
    return true;
  }

  /**
   * Logs the keys of this service's own documents that nothing reads, each once; from then on those of changes too. To be called when all
   * parts of the application are there. Documents that services share are not looked at: what one does not read another does.
   */
  reportUnknownKeys(): void {
    const reported = (this.reportedUnknown ??= new Set());
    const known = [...this.parts.keys()].flatMap((definition) => fieldsOf(definition).map(({ key }) => key));
    for (const { source, tree, isShared } of [...this.documents, ...this.options.files]) {
      const keys = isShared === true ? [] : unknownKeys(tree, known).filter((key) => !reported.has(`${source} ${key}`));
      for (const key of keys) reported.add(`${source} ${key}`);
      if (keys.length > 0) this.options.logger.warn({ source, keys }, 'Configuration has keys that nothing reads');
    }
  }

  /** Notes whether the configuration centre answers. */
  setReachable(isReachable: boolean): void {
    if (isReachable === (this.unreachableSince === undefined)) return;
    this.unreachableSince = isReachable ? undefined : new Date();
    if (isReachable) this.options.logger.info('Configuration centre answers');
    else this.options.logger.warn('Configuration centre does not answer; the last known configuration stays');
  }

  /** `degraded` while a change is refused or the configuration centre does not answer; never a value, only keys and rules. */
  health(): HealthStatus {
    const [first] = this.refused;
    if (first !== undefined) {
      const more = this.refused.length > 1 ? ` and ${this.refused.length - 1} more` : '';
      return { status: 'degraded', detail: `refused: ${describeProblem(first)}${more}; the last good configuration stays` };
    }
    if (this.unreachableSince !== undefined) {
      return { status: 'degraded', detail: `configuration centre unreachable since ${this.unreachableSince.toISOString()}` };
    }
    return { status: 'up' };
  }

  /** Has something done at {@link close}. */
  onClose(cleanup: () => void): void {
    this.cleanups.push(cleanup);
  }

  /** Stops following KV; values stay. */
  close(): void {
    for (const cleanup of this.cleanups.splice(0)) cleanup();
  }

  private resolveAll(definitions: Iterable<ConfigDefinition>, documents: readonly ConfigDocument[]) {
    const { environment, files } = this.options;
    const documentsOf = { environment: [], files, kv: [...documents, ...files] };
    const values = new Map<ConfigDefinition, unknown>();
    const problems: ConfigProblem[] = [];
    for (const definition of definitions) {
      const resolution = resolveConfig(definition, { environment, documents: documentsOf[definition.farthest] });
      if ('value' in resolution) values.set(definition, resolution.value);
      problems.push(...resolution.problems);
    }
    return { values, problems };
  }

  private adopt(documents: readonly ConfigDocument[]): void {
    this.documents = documents;
    const { values } = this.resolveAll(this.parts.keys(), documents);
    const changes = [...this.parts.values()]
      .map((part) => ({ part, value: values.get(part.definition), previous: part.value }))
      .filter(({ value, previous }) => !isDeepStrictEqual(value, previous));
    // Every part has its new value before any listener runs.
    for (const { part, value } of changes) part.value = deepFreeze(value);
    for (const { part, value, previous } of changes) this.tell(part, value, previous);
  }

  private tell(part: Part, value: unknown, previous: unknown): void {
    this.options.logger.info({ prefix: part.definition.prefix }, 'Configuration changed');
    for (const listener of part.listeners) {
      try {
        listener(value, previous);
      } catch (error) {
        this.options.logger.error({ err: error, prefix: part.definition.prefix }, 'A listener of a configuration change failed');
      }
    }
  }

  private refuse(problems: readonly ConfigProblem[]): void {
    if (isDeepStrictEqual(problems, this.refused)) return;
    this.refused = problems;
    this.options.logger.error({ problems }, 'Configuration refused; the last good one stays');
  }
}

function createPart(definition: ConfigDefinition, value: unknown): Part {
  const listeners = new Set<Listener>();
  const part: Part = {
    definition,
    value: deepFreeze(value),
    listeners,
    live: {
      get value() {
        return part.value;
      },
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
  return part;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}
