import type { z } from 'zod';
import { coerce } from './coerce.js';
import type { ConfigProblem } from './config-error.js';
import type { ConfigDefinition } from './define-config.js';
import { type ConfigDocument, obstacleAt, valueAt } from './document.js';
import { type ConfigField, fieldsOf, unwrap } from './fields.js';

/** Everything that values come from; documents in order, the one that counts most first. */
export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly documents: readonly ConfigDocument[];
}

/** Names the field that a path leads to or into, and where its value comes from. */
export type PlaceOf = (path: readonly PropertyKey[]) => Pick<ConfigProblem, 'key' | 'source'>;

/** The value of a definition, or all that is wrong with it. */
export type Resolution = { value: unknown; problems: readonly []; placeOf: PlaceOf } | { problems: readonly ConfigProblem[] };

interface Found {
  readonly source: string;
  readonly value: unknown;
}

/** Looks every field of a definition up in its sources, converts and validates. */
export function resolveConfig(definition: ConfigDefinition, sources: ConfigSources): Resolution {
  const fields = fieldsOf(definition);
  const obstacles = findObstacles(definition, fields, sources);
  if (obstacles.length > 0) return { problems: obstacles };
  const found = new Map(fields.map((field) => [field, findValue(definition, field, sources)]));
  const parsed = definition.schema.safeParse(toTree(definition, found));
  const placeholders = sources.environment.NODE_ENV === 'production' ? findPlaceholders(found) : [];
  if (parsed.success && placeholders.length === 0) {
    return { value: parsed.data, problems: [], placeOf: (path) => placeOf(definition, found, path) };
  }
  const issues = (parsed.error?.issues ?? []).map((issue) => toProblem(definition, found, issue));
  return { problems: [...placeholders, ...issues.filter(({ key }) => !placeholders.some((placeholder) => placeholder.key === key))] };
}

/** Sections that are no objects: their keys cannot be read, which must not pass for their absence. */
function findObstacles(definition: ConfigDefinition, fields: readonly ConfigField[], { documents }: ConfigSources): ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  for (const { source, tree } of documents) {
    for (const { path } of fields) {
      const key = obstacleAt(tree, [...definition.prefix.split('.'), ...path])?.join('.');
      if (key !== undefined) problems.set(`${source} ${key}`, { key, source, reason: 'must hold keys and values' });
    }
  }
  return [...problems.values()];
}

function findValue(definition: ConfigDefinition, field: ConfigField, sources: ConfigSources): Found | undefined {
  for (const variable of field.variables) {
    const text = sources.environment[variable];
    if (text !== undefined && text !== '') return { source: `environment ${variable}`, value: coerce(text, field.schema) };
  }
  const path = [...definition.prefix.split('.'), ...field.path];
  for (const { source, tree } of sources.documents) {
    const value = valueAt(tree, path);
    if (value !== undefined) return { source, value: typeof value === 'string' ? coerce(value, field.schema) : value };
  }
  return undefined;
}

/** What people write where a secret is to be put in: a whole value, or the password of an address, percent-encoded there. */
const PLACEHOLDER =
  /^(change[-_ ]?(me|it)|replace[-_ ]?me|secret|password|default|example|placeholder|to-?do|x{3,}|(<|%3c).*(>|%3e)|\$(\{|%7b).*(\}|%7d))$/i;

/** Secrets that everyone knows: none of them may guard a production. */
function findPlaceholders(found: ReadonlyMap<ConfigField, Found | undefined>): ConfigProblem[] {
  return [...found].flatMap(([{ key, secret }, entry]) => {
    if (!secret || entry === undefined || typeof entry.value !== 'string') return [];
    const text = URL.canParse(entry.value) ? new URL(entry.value).password : entry.value;
    return PLACEHOLDER.test(text) ? [{ key, source: entry.source, reason: 'must not be a placeholder in production' }] : [];
  });
}

/** The raw tree for the schema: nested objects are there, when one of their fields is or their schema wants them. */
function toTree(definition: ConfigDefinition, found: ReadonlyMap<ConfigField, Found | undefined>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [field, entry] of found) {
    let parent = root;
    let schema: z.ZodObject = definition.schema;
    for (const name of field.path.slice(0, -1)) {
      const child = (schema.shape as Record<string, z.ZodType>)[name];
      if (child === undefined || (entry === undefined && child.def.type !== 'object')) break;
      parent = (parent[name] ??= {}) as Record<string, unknown>;
      schema = unwrap(child) as z.ZodObject;
    }
    if (entry !== undefined) parent[field.path.at(-1) ?? ''] = entry.value;
  }
  return root;
}

function fieldAt(found: ReadonlyMap<ConfigField, Found | undefined>, path: readonly PropertyKey[]): ConfigField | undefined {
  return [...found.keys()].find((candidate) => candidate.path.every((name, index) => path[index] === name));
}

function placeOf(
  definition: ConfigDefinition,
  found: ReadonlyMap<ConfigField, Found | undefined>,
  path: readonly PropertyKey[],
): Pick<ConfigProblem, 'key' | 'source'> {
  const field = fieldAt(found, path);
  const key = [definition.prefix, ...path.map(String)].join('.');
  return { key, source: field === undefined ? 'several keys' : (found.get(field)?.source ?? 'not set') };
}

function toProblem(
  definition: ConfigDefinition,
  found: ReadonlyMap<ConfigField, Found | undefined>,
  issue: z.core.$ZodIssue,
): ConfigProblem {
  const place = placeOf(definition, found, issue.path);
  const field = fieldAt(found, issue.path);
  const entry = field && found.get(field);
  if (field === undefined) return { ...place, reason: issue.message };
  if (entry === undefined) {
    const variable = field.variables[0] ?? '';
    return { ...place, reason: isMissing(issue) ? `is required (environment variable ${variable})` : issue.message };
  }
  if (field.secret) return { ...place, reason: withoutValue(issue.message, entry.value) };
  const got = shown(entry.value);
  return { ...place, reason: issue.message, ...(got !== undefined && { got }) };
}

/** A rule's message may be made of the value that broke it. */
function withoutValue(message: string, value: unknown): string {
  return typeof value === 'string' && value !== '' ? message.replaceAll(value, '***') : message;
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union';
}

function shown(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value).replace(/\/\/[^@/\s]*@/, '//***@');
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
