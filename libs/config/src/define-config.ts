import type { z } from 'zod';

/**
 * What a field of a schema may say of itself through zod's `.meta()`. `env`: names of environment variables that carry it,
 * the first that is set counts; absent = the key in upper snake case. `secret`: never logged or shown. `restart`: only a start reads it, so that a
 * change waits for the next one; said of an object, it holds for all in it.
 */
export interface FieldMeta {
  env?: string | readonly string[];
  secret?: boolean;
  restart?: boolean;
  description?: string;
}

/** A part of the configuration: the keys below `prefix`, and their types, defaults and rules. */
export interface ConfigDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly prefix: string;
  readonly schema: S;
  /** The farthest source that counts: KV unless said otherwise, as KV cannot say where KV is. */
  readonly farthest: 'environment' | 'files' | 'kv';
}

/** The values of a definition. */
export type ConfigValue<D extends ConfigDefinition> = z.output<D['schema']>;

const PREFIX = /^[a-z][a-zA-Z0-9]*(?:\.[a-z][a-zA-Z0-9]*)*$/;

/**
 * Defines a part of the configuration. Key `gateway.rateLimit.burst` is the environment variable `GATEWAY_RATE_LIMIT_BURST`.
 *
 * @param prefix camel case, parts joined by dots
 * @param schema a field's `.meta()` may hold {@link FieldMeta}
 * @param farthest the farthest source that counts; what configuration needs before KV, or before files, is there is not read from them
 * @throws Error when the prefix is malformed
 */
export function defineConfig<S extends z.ZodObject>(
  prefix: string,
  schema: S,
  farthest: ConfigDefinition['farthest'] = 'kv',
): ConfigDefinition<S> {
  if (!PREFIX.test(prefix)) throw new Error(`Configuration prefix "${prefix}" is not camel case parts joined by dots`);
  return Object.freeze({ prefix, schema, farthest });
}
