import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ConfigDefinition, FieldMeta } from './define-config.js';

/** A field that has a value of its own: everything in a schema that is not a nested object. */
export interface ConfigField {
  /** Below the prefix. */
  readonly path: readonly string[];
  /** With the prefix: `gateway.rateLimit.burst`. */
  readonly key: string;
  /** Environment variables, the one that counts most first. */
  readonly variables: readonly string[];
  readonly secret: boolean;
  /** Whether only a start reads it. */
  readonly restart: boolean;
  readonly schema: z.ZodType;
}

const SECRET_NAME = /password|secret|token|credential|private|encryptionkey/i;

/** The fields of a definition, nested objects opened. */
export function fieldsOf(definition: ConfigDefinition): ConfigField[] {
  return collect(definition.prefix, definition.schema, [], metaOf(definition.schema).restart);
}

/** The fields in which two values of a definition differ. */
export function changedFields(definition: ConfigDefinition, one: unknown, other: unknown): ConfigField[] {
  return fieldsOf(definition).filter(({ path }) => !isDeepStrictEqual(fieldIn(one, path), fieldIn(other, path)));
}

/** A value of a definition in which the fields that only a start reads are those of another: one that is read here and there must not be half in force. */
export function withFieldsOfStart(definition: ConfigDefinition, value: unknown, atStart: unknown): unknown {
  return fieldsOf(definition)
    .filter(({ restart }) => restart)
    .reduce((result, { path }) => withField(result, path, fieldIn(atStart, path)), value);
}

/** A copy with another value at a path. */
function withField(value: unknown, [name = '', ...rest]: readonly string[], found: unknown): unknown {
  if (value === undefined && found === undefined) return undefined;
  const { [name]: before, ...others } = (value ?? {}) as Record<string, unknown>;
  const after = rest.length === 0 ? found : withField(before, rest, found);
  return after === undefined ? others : { ...others, [name]: after };
}

function fieldIn(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((parent, name) => (parent as Record<string, unknown> | null | undefined)?.[name], value);
}

function collect(prefix: string, object: z.ZodObject, parents: readonly string[], isRestart = false): ConfigField[] {
  return Object.entries(object.shape as Record<string, z.ZodType>).flatMap(([name, schema]) => {
    const path = [...parents, name];
    const inner = unwrap(schema);
    const restart = metaOf(schema).restart ?? isRestart;
    return inner instanceof z.ZodObject ? collect(prefix, inner, path, restart) : [toField(prefix, path, schema, restart)];
  });
}

function toField(prefix: string, path: readonly string[], schema: z.ZodType, restart: boolean): ConfigField {
  const meta = metaOf(schema);
  const key = [prefix, ...path].join('.');
  const variables = meta.env === undefined ? [variableOf(key)] : typeof meta.env === 'string' ? [meta.env] : meta.env;
  return { path, key, variables, secret: meta.secret ?? SECRET_NAME.test(path.at(-1) ?? ''), restart, schema };
}

/** `gateway.rateLimit.burst` to `GATEWAY_RATE_LIMIT_BURST`. */
function variableOf(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase();
}

/** The schema below `optional`, `default`, `nullable` and the like; of a pipe, what it takes in. */
export function unwrap(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema);
  return inner === undefined ? schema : unwrap(inner);
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodPipe) {
    return (schema.in instanceof z.ZodTransform ? schema.out : schema.in) as z.ZodType;
  }
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return innerType;
}

function metaOf(schema: z.ZodType): FieldMeta {
  const inner = innerOf(schema);
  return { ...(inner && metaOf(inner)), ...(schema.meta() as FieldMeta | undefined) };
}
