import { parseDocument } from 'yaml';
import type { ConfigProblem } from './config-error.js';

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
 * Reads YAML.
 * @param source named in messages
 */
export function parseConfigDocument(source: string, text: string): ParsedDocument {
  const yaml = parseDocument(text, { prettyErrors: true });
  const error = yaml.errors[0];
  if (error !== undefined) {
    // The message's first line has the rule and the place; the lines below it quote the text, which may hold a secret.
    return { problem: { key: source, source, reason: `not valid YAML: ${error.message.split('\n')[0] ?? error.code}` } };
  }
  const value = toValue(yaml);
  if (value instanceof Error) return { problem: { key: source, source, reason: `not valid YAML: ${value.message}` } };
  if (value === null || value === undefined) return { document: { source, tree: {} } };
  if (!isTree(value)) return { problem: { key: source, source, reason: 'must hold keys and values' } };
  return { document: { source, tree: value } };
}

function toValue(yaml: ReturnType<typeof parseDocument>): unknown {
  try {
    return yaml.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
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
