import { Composer, type Document, Parser } from 'yaml';
import type { ConfigProblem } from './config-error.js';
import { type DocumentLimits, FILE_LIMITS, findMistake, readWords, type YamlMistake } from './yaml-rules.js';

/** A tree of keys and values. */
export type ConfigTree = Record<string, unknown>;

/** One YAML document: where it came from, for messages, and what it says. */
export interface ConfigDocument {
  readonly source: string;
  readonly tree: ConfigTree;
  /** Whether other services read it too. */
  readonly isShared?: boolean;
}

/** A document that may be unreadable. */
export type ParsedDocument = { document: ConfigDocument } | { problem: ConfigProblem };

/**
 * Reads YAML. No message quotes the text, which may hold a secret: a mistake is named by its key, or by its place and the name of the rule.
 *
 * @param source named in messages
 */
export function parseConfigDocument(source: string, text: string, limits: DocumentLimits = FILE_LIMITS): ParsedDocument {
  const refuse = ({ reason, key = source }: YamlMistake): ParsedDocument => ({ problem: { key, source, reason } });
  const read = readYaml(text, limits);
  if ('mistake' in read) return refuse(read.mistake);
  const { value } = read;
  if (value === null || value === undefined) return { document: { source, tree: {} } };
  return isTree(value) ? { document: { source, tree: value } } : refuse({ key: undefined, reason: 'must hold keys and values' });
}

/** Reads YAML of any shape, by the rules for documents. */
export function readYaml(text: string, limits: DocumentLimits): { value: unknown } | { mistake: YamlMistake } {
  const refuse = (reason: string) => ({ mistake: { key: undefined, reason } });
  const read = readWords(text, limits);
  if ('excess' in read) return refuse(read.excess);
  const { document, fault } = compose(read.words, text.length);
  if (fault !== undefined) return refuse(`not valid YAML: ${fault.code.toLowerCase().replaceAll('_', ' ')}${placeOf(text, fault.offset)}`);
  const mistake = findMistake(document);
  return mistake === undefined ? { value: document.toJS() } : { mistake };
}

interface Fault {
  readonly code: string;
  readonly offset: number;
}

/** Parses up to the first mistake of the parser, or to a second document. The library's own way describes every mistake at length. */
function compose(words: readonly string[], end: number): { document: Document; fault?: Fault | undefined } {
  // The library's own look for keys that are given twice compares each with each.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, merge: true });
  const [document, second] = withoutTraces(() => [...firstDocuments(words, composer, end)]) as [Document.Parsed, Document.Parsed?];
  const fault = document.errors[0] ?? (second === undefined ? document.warnings[0] : undefined);
  if (fault !== undefined) return { document, fault: { code: fault.code, offset: fault.pos[0] } };
  return { document, fault: second && { code: 'MULTIPLE_DOCS', offset: second.range[0] } };
}

/** The parser makes an error of each mistake, and nearly all that this costs is where it was made. */
function withoutTraces<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** One document, or two of those that there are. */
function* firstDocuments(words: readonly string[], composer: Composer, end: number): Generator<Document> {
  const parser = new Parser();
  let count = 0;
  for (const token of tokensOf(words, parser)) {
    for (const document of composer.next(token)) {
      yield document;
      count += 1;
    }
    if (token.type === 'error' || count === 2) break;
  }
  if (count < 2) yield* composer.end(true, end);
}

function* tokensOf(words: readonly string[], parser: Parser): ReturnType<Parser['end']> {
  for (const word of words) yield* parser.next(word);
  yield* parser.end();
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/**
 * The value at a path. A name may also be written in kebab case (`rate-limit`), and names may be joined by dots (`gateway.port: 1`).
 *
 * @returns undefined when there is none; YAML's empty value counts as none
 */
export function valueAt(tree: ConfigTree, path: readonly string[]): unknown {
  for (let length = 1; length <= path.length; length += 1) {
    const value = ownValue(tree, path.slice(0, length));
    if (value === undefined || value === null) continue;
    if (length === path.length) return value;
    const found = isTree(value) ? valueAt(value, path.slice(length)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The names above a path at which something stands that is no object, so that nothing below it can be said.
 *
 * @returns undefined when there is none
 */
export function obstacleAt(tree: ConfigTree, path: readonly string[]): readonly string[] | undefined {
  for (let length = 1; length < path.length; length += 1) {
    const value = ownValue(tree, path.slice(0, length));
    if (value === undefined || value === null) continue;
    if (!isTree(value)) return path.slice(0, length);
    const below = obstacleAt(value, path.slice(length));
    if (below !== undefined) return [...path.slice(0, length), ...below];
  }
  return undefined;
}

function ownValue(tree: ConfigTree, names: readonly string[]): unknown {
  const name = names.join('.');
  if (Object.hasOwn(tree, name)) return tree[name];
  const kebab = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return Object.hasOwn(tree, kebab) ? tree[kebab] : undefined;
}

function isTree(value: unknown): value is ConfigTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
