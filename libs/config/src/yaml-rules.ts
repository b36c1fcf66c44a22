import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, Lexer, type Node, visit } from 'yaml';
import { YamlNesting } from './yaml-nesting.js';

/** What a document may cost, so that a bad one cannot hold the process up. */
export interface DocumentLimits {
  readonly bytes: number;
  /** Words and signs of YAML: what reading takes time for. A parser takes some 10 µs for each. */
  readonly tokens: number;
}

/** Of a document in KV, read while the service works; Consul itself takes values of 512 KiB. */
export const KV_LIMITS: DocumentLimits = { bytes: 512 * 1024, tokens: 200_000 };
/** Of a file, read before the service works. */
export const FILE_LIMITS: DocumentLimits = { bytes: 4 * 1024 * 1024, tokens: 2_000_000 };
/** Of a text that stands for an object or a list, in an environment variable or in a document: no variable is longer. */
export const TEXT_LIMITS: DocumentLimits = { bytes: 128 * 1024, tokens: 50_000 };
/** Values of a document once every alias stands for what it names. */
const MAX_VALUES = 500_000;
const MAX_DEPTH = 64;

/** Names that mean something to JavaScript itself: no object of ours may be given one by a document. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** A mistake, and the key at which it stands; no key = the document. */
export interface YamlMistake {
  readonly key: string | undefined;
  readonly reason: string;
}

/**
 * Looks at a text before it is parsed: size, and nesting. The parser calls itself for each level, and where it comes to the end of the stack
 * V8 may end the whole process instead of throwing: it does so when it has to compile a regular expression there.
 *
 * @returns undefined when it may be parsed
 */
export function findExcess(text: string, limits: DocumentLimits): string | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) return `must not be larger than ${limits.bytes} bytes (it has ${bytes})`;
  let tokens = 0;
  const nesting = new YamlNesting();
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (nesting.take(token) > MAX_DEPTH + 1) return TOO_DEEP;
    if (tokens > limits.tokens) return `must not hold more than ${limits.tokens} words and signs of YAML`;
  }
  return undefined;
}

/**
 * Looks at a parsed document: keys that are given twice, are no names or mean something to JavaScript; aliases that name nothing or
 * stand for more than anyone means; merges of what has no keys. In one that has no mistake, aliases are replaced by what they name.
 */
export function findMistake(document: Document): YamlMistake | undefined {
  let values = 0;
  // The library's own way walks the whole document for each alias.
  const targets = findTargets(document);
  const look = (node: unknown, path: readonly string[]): YamlMistake | undefined => {
    const at = (reason: string): YamlMistake => ({ key: path.length === 0 ? undefined : path.join('.'), reason });
    values += 1;
    if (values > MAX_VALUES) return { key: undefined, reason: `must not hold more than ${MAX_VALUES} values` };
    if (path.length > MAX_DEPTH) return { key: undefined, reason: TOO_DEEP };
    if (isAlias(node)) {
      const target = targets.get(node);
      return target === undefined ? at('is an alias of nothing') : look(target, path);
    }
    if (isMap(node)) return lookAtMap(node.items, path, look) ?? (node.items.every(mayMerge) ? undefined : at('merges what has no keys'));
    return isSeq(node) ? firstOf(node.items, (item, index) => look(item, [...path, String(index)])) : undefined;
  };
  const mayMerge = ({ key, value }: { key: unknown; value: unknown }): boolean => {
    if (!isScalar(key) || typeof key.value !== 'symbol') return true;
    const named = (node: unknown) => (isAlias(node) ? targets.get(node) : node);
    const source = named(value);
    return isMap(source) || (isSeq(source) && source.items.every((item) => isMap(named(item))));
  };
  const mistake = look(document.contents, []);
  if (mistake === undefined) visit(document, { Alias: (_, alias) => targets.get(alias) });
  return mistake;
}

/** What each alias names: the last node before it that has its anchor. */
function findTargets(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function lookAtMap(
  items: readonly { key: unknown; value: unknown }[],
  path: readonly string[],
  look: (node: unknown, path: readonly string[]) => YamlMistake | undefined,
): YamlMistake | undefined {
  const seen = new Set<string>();
  return firstOf(items, ({ key, value }) => {
    const name = nameOf(key);
    if (name === undefined) return { key: path.length === 0 ? undefined : path.join('.'), reason: 'has a key that is no name' };
    const names = [...path, name];
    if (FORBIDDEN_NAMES.has(name)) return { key: names.join('.'), reason: 'is a name that no key may have' };
    if (seen.has(name)) return { key: names.join('.'), reason: 'is given twice' };
    seen.add(name);
    return look(value, names);
  });
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
