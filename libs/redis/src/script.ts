import { createHash } from 'node:crypto';
import type { ChainableCommander } from 'ioredis';
import type { RedisClient } from './client.js';

/** What a script is given in `ARGV`. */
export type ScriptArgument = string | number | Buffer;

/** A Lua script that runs as one step in Redis: `EVALSHA`, and `EVAL` where the server does not know it yet. */
export interface RedisScript {
  /**
   * Runs it.
   *
   * @param keys `KEYS`; in a cluster all of one hash slot
   * @param args `ARGV`
   * @returns what the script returned
   */
  run<T = unknown>(client: RedisClient, keys: readonly string[], args?: readonly ScriptArgument[]): Promise<T>;
  /**
   * Adds a call to a pipeline or MULTI.
   *
   * @throws Error when the pipeline's client did not know the script when the pipeline was begun: see `prepare`
   */
  addTo(pipeline: ChainableCommander, keys: readonly string[], args?: readonly ScriptArgument[]): void;
  /** Makes the script known to a client. Those of `RedisModule` know every script that was defined before they were made. */
  prepare(client: RedisClient): void;
}

/** How a script is defined. */
export interface ScriptOptions {
  /** It only reads: a cluster's replicas may run it. */
  readOnly?: boolean;
}

type Command = (...values: (string | number | Buffer)[]) => unknown;

const defined = new Set<RedisScript>();

/**
 * Defines a Lua script.
 *
 * @param lua its text; keys and arguments are `KEYS` and `ARGV`
 */
export function defineScript(lua: string, { readOnly = false }: ScriptOptions = {}): RedisScript {
  const name = `script${createHash('sha1').update(lua).digest('hex')}`;
  const knowing = new WeakSet<RedisClient>();
  const call = (target: object, keys: readonly string[], args: readonly ScriptArgument[]): unknown => {
    const command = (target as Record<string, Command | undefined>)[name];
    if (command === undefined) throw new Error('The pipeline was begun before its client knew the script.');
    return command.call(target, keys.length, ...keys, ...args);
  };
  const script: RedisScript = {
    async run<T>(client: RedisClient, keys: readonly string[], args: readonly ScriptArgument[] = []): Promise<T> {
      script.prepare(client);
      return (await call(client, keys, args)) as T;
    },
    addTo: (pipeline, keys, args = []) => {
      call(pipeline, keys, args);
    },
    prepare: (client) => {
      if (!knowing.has(client)) client.defineCommand(name, { lua, readOnly });
      knowing.add(client);
    },
  };
  defined.add(script);
  return script;
}

/** Makes every script defined so far known to a client. */
export function prepareScripts(client: RedisClient): void {
  for (const script of defined) script.prepare(client);
}
