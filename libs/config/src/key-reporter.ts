import type { Logger } from '@app/telemetry';
import type { ConfigDefinition } from './define-config.js';
import type { ConfigDocument } from './document.js';
import { fieldsOf } from './fields.js';
import { hiddenKeys, unknownKeys, unreadKeys } from './ineffective-keys.js';

/** A line of the log is no copy of a document. */
const MAX_NAMED = 20;

/** What documents are compared with. */
export interface ReportedState {
  readonly definitions: readonly ConfigDefinition[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly kv: readonly ConfigDocument[];
  readonly files: readonly ConfigDocument[];
}

/**
 * Logs the keys of documents that have no effect, each once for as long as it stands there; never a value. They are the keys of a service's own
 * documents that nothing reads (in documents that services share, what one does not read another does); in every document those that are not read
 * from there, as KV cannot say where KV is; and in KV those that the environment says, too.
 */
export class KeyReporter {
  /** By source and message: what was said last. */
  private readonly said = new Map<string, ReadonlySet<string>>();

  constructor(private readonly logger: Logger) {}

  report({ definitions, environment, kv, files }: ReportedState): void {
    const known = definitions.flatMap((definition) => fieldsOf(definition).map(({ key }) => key));
    const ofKv = definitions.filter(({ farthest }) => farthest === 'kv');
    const notOfKv = definitions.filter(({ farthest }) => farthest !== 'kv');
    const ofEnvironment = definitions.filter(({ farthest }) => farthest === 'environment');
    for (const document of kv) {
      this.reportUnread(document, known, notOfKv);
      this.say('info', document.source, hiddenKeys(document.tree, ofKv, environment), 'The environment hides what KV says of these keys');
    }
    for (const document of files) this.reportUnread(document, known, ofEnvironment);
  }

  private reportUnread({ source, tree, isShared }: ConfigDocument, known: readonly string[], elsewhere: readonly ConfigDefinition[]): void {
    this.say('warn', source, isShared === true ? [] : unknownKeys(tree, known), 'Configuration has keys that nothing reads');
    const message = 'Configuration has keys that are not read from there: set them in the environment';
    this.say('warn', source, unreadKeys(tree, elsewhere), message);
  }

  private say(level: 'info' | 'warn', source: string, keys: readonly string[], message: string): void {
    const topic = `${source} ${message}`;
    const before = this.said.get(topic);
    this.said.set(topic, new Set(keys));
    const news = keys.filter((key) => before?.has(key) !== true);
    if (news.length === 0) return;
    const more = news.length - MAX_NAMED;
    this.logger[level]({ source, keys: news.slice(0, MAX_NAMED), ...(more > 0 && { more }) }, message);
  }
}
