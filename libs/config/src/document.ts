import { parseDocument, type YAMLError } from 'yaml';
import type { ConfigProblem } from './config-error.js';
import { type DocumentLimits, FILE_LIMITS, findExcess, findMistake, type YamlMistake } from './yaml-rules.js';

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
  const excess = findExcess(text, limits);
  if (excess !== undefined) return refuse(excess);
  // The library's own look for keys that are given twice compares each with each.
  const yaml = parseDocument(text, { prettyErrors: true, uniqueKeys: false, merge: true });
  const fault = yaml.errors[0] ?? yaml.warnings[0];
  if (fault !== undefined) return refuse(`not valid YAML: ${describeFault(fault)}`);
  const mistake = findMistake(yaml);
  return mistake === undefined ? { value: yaml.toJS() } : { mistake };
}

function describeFault({ code, linePos }: YAMLError): string {
  const [place] = linePos ?? [];
  return `${code.toLowerCase().replaceAll('_', ' ')}${place === undefined ? '' : ` at line ${place.line}, column ${place.col}`}`;
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
