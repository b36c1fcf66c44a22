import { isDeepStrictEqual } from 'node:util';
import { type HealthStatus, type Logger, redactText } from '@app/telemetry';
import { ConfigError, type ConfigProblem, describeRule } from './config-error.js';
import type { ConfigDefinition, ConfigValue } from './define-config.js';
import type { ConfigDocument } from './document.js';
import { changedFields, withFieldsOfStart } from './fields.js';
import { KeyReporter } from './key-reporter.js';
import { type ConfigPart, createPart, findFaults, type LiveConfig, replaceValue, tellListeners } from './live-config.js';
import { resolveConfig } from './resolve.js';

/** What a store is made of. */
export interface ConfigStoreOptions {
  service: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** In order, the one that counts most first. */
  files: readonly ConfigDocument[];
  logger: Logger;
}

/**
 * The configuration of one process: environment over KV over files over defaults. A new state of KV is taken as a whole or not at
 * all: when any part of it breaks a rule, the last good state stays.
 */
export class ConfigStore {
  readonly service: string;
  private readonly parts = new Map<ConfigDefinition, ConfigPart>();
  private documents: readonly ConfigDocument[] = [];
  private refused: readonly ConfigProblem[] = [];
  private unreachableSince: Date | undefined;
  private lost: readonly string[] = [];
  /** Undefined until every part of the application is there. */
  private keyReporter: KeyReporter | undefined;
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
      for (const [definition, value] of values) {
        const enforce = () => {
          this.enforce([definition]);
        };
        this.parts.set(definition, createPart(definition, value, enforce));
      }
      return;
    }
    this.fallBack(missing, problems);
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
    const { values, problems } = this.resolveAll(this.parts.keys(), documents);
    const all = [...unreadable, ...problems];
    if (all.length > 0) {
      this.refuse(all);
      return false;
    }
    if (this.refused.length > 0) this.options.logger.info('Configuration is good again');
    this.refused = [];
    this.adopt(documents, values);
    this.reportKeys();
    return true;
  }

  /** Logs the keys that have no effect; from then on those of changes too. To be called when all parts of the application are there. */
  reportIneffectiveKeys(): void {
    this.keyReporter ??= new KeyReporter(this.options.logger);
    this.reportKeys();
  }

  /** Notes whether the configuration centre answers. */
  setReachable(isReachable: boolean): void {
    if (isReachable === (this.unreachableSince === undefined)) return;
    this.unreachableSince = isReachable ? undefined : new Date();
    if (isReachable) this.options.logger.info('Configuration centre answers');
    else this.options.logger.warn('Configuration centre does not answer; the last known configuration stays');
  }

  /**
   * Notes which keys of KV the registry has lost: it answers, but with a state from before they were written. They still hold here.
   *
   * @param keys none: all are there again
   */
  setLost(keys: readonly string[]): void {
    if (isDeepStrictEqual(keys, this.lost)) return;
    this.lost = keys;
    if (keys.length === 0) this.options.logger.info('Configuration that the registry had lost is there again');
    else this.options.logger.warn({ keys }, 'The registry has lost its state; what it held before stays until it is written again');
  }

  /**
   * `degraded` while a change is refused, the configuration centre does not answer or has lost its state; never a value, only keys and
   * rules.
   */
  health(): HealthStatus {
    const details: string[] = [];
    const [first] = this.refused;
    if (first !== undefined) {
      const more = this.refused.length > 1 ? ` and ${this.refused.length - 1} more` : '';
      details.push(`refused: ${redactText(describeRule(first))}${more}; the last good configuration stays`);
    }
    if (this.unreachableSince !== undefined) details.push(`configuration centre unreachable since ${this.unreachableSince.toISOString()}`);
    if (this.lost.length > 0) details.push(`the registry has lost ${this.lost.join(', ')}; what it held stays until it is written again`);
    return details.length === 0 ? { status: 'up' } : { status: 'degraded', detail: details.join('; ') };
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
      problems.push(...resolution.problems);
      if (!('value' in resolution)) continue;
      const { value, placeOf } = resolution;
      values.set(definition, value);
      const part = this.parts.get(definition);
      if (part === undefined) continue;
      problems.push(...findFaults(part, value).map(({ path, reason }) => ({ ...placeOf(path), reason })));
    }
    return { values, problems };
  }

  /** Makes sure that what holds keeps to the rules of these, from files if it must be. */
  private enforce(definitions: readonly ConfigDefinition[]): void {
    const { problems } = this.resolveAll(definitions, this.documents);
    if (problems.length > 0) this.fallBack(definitions, problems);
  }

  /** @throws ConfigError unless only KV is to blame */
  private fallBack(definitions: readonly ConfigDefinition[], problems: readonly ConfigProblem[]): void {
    const fromFiles = this.resolveAll(new Set([...this.parts.keys(), ...definitions]), []);
    if (this.documents.length === 0 || fromFiles.problems.length > 0) throw new ConfigError(problems);
    this.refuse(problems);
    this.adopt([], fromFiles.values);
  }

  private adopt(documents: readonly ConfigDocument[], values: ReadonlyMap<ConfigDefinition, unknown>): void {
    this.documents = documents;
    const changes = [...this.parts.values()]
      .map((part) => ({ part, said: values.get(part.definition), saidBefore: part.said, previous: part.value }))
      .filter(({ said, saidBefore }) => !isDeepStrictEqual(said, saidBefore));
    // Every part has its new value before any listener runs.
    for (const { part, said } of changes) replaceValue(part, said, withFieldsOfStart(part.definition, said, part.value));
    for (const { part, saidBefore, previous } of changes) {
      this.logChange(part, saidBefore);
      if (!isDeepStrictEqual(part.value, previous)) tellListeners(part, previous, this.options.logger);
    }
  }

  /** Names keys, never values: any may be a secret. */
  private logChange({ definition, said }: ConfigPart, saidBefore: unknown): void {
    const changed = changedFields(definition, said, saidBefore);
    const keysOf = (isOfStart: boolean) => changed.filter(({ restart }) => restart === isOfStart).map(({ key }) => key);
    const [live, later] = [keysOf(false), keysOf(true)];
    if (live.length > 0) this.options.logger.info({ keys: live }, 'Configuration changed');
    if (later.length > 0) this.options.logger.warn({ keys: later }, `Configuration takes effect at the next start: ${later.join(', ')}`);
  }

  private reportKeys(): void {
    const { environment, files } = this.options;
    this.keyReporter?.report({ definitions: [...this.parts.keys()], environment, kv: this.documents, files });
  }

  private refuse(problems: readonly ConfigProblem[]): void {
    if (isDeepStrictEqual(problems, this.refused)) return;
    this.refused = problems;
    this.options.logger.error({ problems }, 'Configuration refused; the last good one stays');
  }
}
