import { type Alias, type Document, isAlias, isMap, isPair, isScalar, isSeq, Lexer, type Node, visit } from 'yaml';
import { YamlNesting } from './yaml-nesting.js';
import { YamlProperties } from './yaml-properties.js';

/** What a document may cost, so that a bad one cannot hold the process up. */
export interface DocumentLimits {
  readonly bytes: number;
  /** Words and signs of YAML: what reading takes time for. A parser takes some 10 µs for each. */
  readonly tokens: number;
}

/** Of a document in KV, read while the service works; Consul itself takes values of 512 KiB. */
export const KV_LIMITS: DocumentLimits = { bytes: 512 * 1024, tokens: 100_000 };
/** Of a file, read before the service works. */
export const FILE_LIMITS: DocumentLimits = { bytes: 4 * 1024 * 1024, tokens: 2_000_000 };
/** Of a text that stands for an object or a list, in an environment variable or in a document: no variable is longer. */
export const TEXT_LIMITS: DocumentLimits = { bytes: 128 * 1024, tokens: 50_000 };
/** Values of a document once every alias stands for what it names. */
const MAX_VALUES = 500_000;
const MAX_DEPTH = 64;
/** Values that merges (`<<`) bring in: each is worth many others, as the parser copies it key by key. */
const MAX_MERGED = 25_000;
/** Tags and anchors, of which few documents hold any. */
const MAX_PROPERTIES = 10_000;

/** Names that mean something to JavaScript itself: no object of ours may be given one by a document. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** A mistake, and the key at which it stands; no key = the document. */
export interface YamlMistake {
  readonly key: string | undefined;
  readonly reason: string;
}

/**
 * Takes a text apart before it is parsed, and looks at its size, its nesting, and its tags and anchors. The parser calls itself for each
 * level, and where it comes to the end of the stack V8 may end the whole process instead of throwing: it does so when it has to compile
 * a regular expression there.
 *
 * @returns the words for the parser, or why there must be no parsing
 */
export function readWords(text: string, limits: DocumentLimits): { words: readonly string[] } | { excess: string } {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) return { excess: `must not be larger than ${limits.bytes} bytes (it has ${bytes})` };
  const words: string[] = [];
  const nesting = new YamlNesting();
  const properties = new YamlProperties();
  for (const word of new Lexer().lex(text)) {
    words.push(word);
    if (nesting.take(word) > MAX_DEPTH + 1) return { excess: TOO_DEEP };
    if (words.length > limits.tokens) return { excess: `must not hold more than ${limits.tokens} words and signs of YAML` };
    properties.take(word);
    if (properties.isHeaped) return { excess: 'must not give one value several tags or anchors' };
    if (properties.count > MAX_PROPERTIES) return { excess: `must not hold more than ${MAX_PROPERTIES} tags and anchors` };
  }
  return { words };
}

/**
 * Looks at a parsed document: keys that are given twice, are no names or mean something to JavaScript; aliases that name nothing or
 * stand for more than anyone means; merges of what has no keys. In one that has no mistake, aliases are replaced by what they name.
 */
export function findMistake(document: Document): YamlMistake | undefined {
  let values = 0;
  let merged = 0;
  let merging = 0;
  // The library's own way walks the whole document for each alias.
  const targets = findTargets(document);
  const look = (node: unknown, path: readonly string[]): YamlMistake | undefined => {
    const at = (reason: string): YamlMistake => ({ key: path.length === 0 ? undefined : path.join('.'), reason });
    values += 1;
    if (values > MAX_VALUES) return { key: undefined, reason: `must not hold more than ${MAX_VALUES} values` };
    if (merging > 0) merged += 1;
    if (merged > MAX_MERGED) return { key: undefined, reason: `must not merge more than ${MAX_MERGED} values` };
    if (path.length > MAX_DEPTH) return { key: undefined, reason: TOO_DEEP };
    if (isAlias(node)) {
      const target = targets.get(node)?.node;
      return target === undefined ? at('is an alias of nothing') : look(target, path);
    }
    if (isMap(node))
      return lookAtMap(node.items, path, lookAtPair) ?? (node.items.every(mayMerge) ? undefined : at('merges what has no keys'));
    return isSeq(node) ? firstOf(node.items, (item, index) => look(item, [...path, String(index)])) : undefined;
  };
  const lookAtPair = ({ key, value }: Entry, path: readonly string[]): YamlMistake | undefined => {
    if (!isMerge(key)) return look(value, path);
    merging += 1;
    const mistake = look(value, path);
    merging -= 1;
    return mistake;
  };
  const mayMerge = ({ key, value }: Entry): boolean => {
    if (!isMerge(key)) return true;
    const named = (node: unknown) => (isAlias(node) ? targets.get(node)?.node : node);
    const source = named(value);
    return isMap(source) || (isSeq(source) && source.items.every((item) => isMap(named(item))));
  };
  const mistake = look(document.contents, []);
  if (mistake === undefined) for (const { node, parent, key } of targets.values()) put(node, parent, key);
  return mistake;
}

interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

/** What an alias names, and where the alias stands. */
interface Target {
  readonly node: Node;
  readonly parent: unknown;
  readonly key: number | 'key' | 'value' | null;
}

/** What each alias names: the last node before it that has its anchor. */
function findTargets(document: Document): ReadonlyMap<Alias, Target> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Target>();
  visit(document, {
    Node: (key, node, path) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, { node: target, parent: path.at(-1), key });
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function put(node: Node, parent: unknown, key: Target['key']): void {
  if (isPair(parent) && (key === 'key' || key === 'value')) parent[key] = node;
  else if (isSeq(parent) && typeof key === 'number') parent.items[key] = node;
}

function lookAtMap(
  items: readonly Entry[],
  path: readonly string[],
  look: (entry: Entry, path: readonly string[]) => YamlMistake | undefined,
): YamlMistake | undefined {
  const seen = new Set<string>();
  return firstOf(items, (entry) => {
    const name = nameOf(entry.key);
    if (name === undefined) return { key: path.length === 0 ? undefined : path.join('.'), reason: 'has a key that is no name' };
    const names = [...path, name];
    if (FORBIDDEN_NAMES.has(name)) return { key: names.join('.'), reason: 'is a name that no key may have' };
    if (seen.has(name)) return { key: names.join('.'), reason: 'is given twice' };
    seen.add(name);
    return look(entry, names);
  });
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

function nameOf(key: unknown): string | undefined {
  if (!isScalar(key as Node)) return undefined;
  const { value } = key as { value: unknown };
  // The key that merges, `<<`.
  if (typeof value === 'symbol') return value.description;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function firstOf<T>(items: readonly T[], look: (item: T, index: number) => YamlMistake | undefined): YamlMistake | undefined {
  for (const [index, item] of items.entries()) {
    const mistake = look(item, index);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

const TOO_DEEP = `must not be nested deeper than ${MAX_DEPTH} levels`;
