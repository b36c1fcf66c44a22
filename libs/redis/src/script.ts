import { createHash } from 'node:crypto';
import type { ChainableCommander } from 'ioredis';
import type { RedisClient } from './client.js';

/** What a script is given in `ARGV`. */
export type ScriptArgument = string | number | Buffer;

/** A Lua script that runs as one step in Redis. */
export interface RedisScript {
  /**
   * Runs it: `EVALSHA`, and `EVAL` where the server does not know it yet.
   *
   * @param keys `KEYS`; in a cluster all of one hash slot
   * @param args `ARGV`
   * @returns what the script returned
   */
  run<T = unknown>(client: RedisClient, keys: readonly string[], args?: readonly ScriptArgument[]): Promise<T>;
  /**
   * Adds a call to a pipeline or MULTI, with its text: a server that has forgotten the script would otherwise fail it in the middle of
   * a MULTI whose other commands are carried out.
   */
  addTo(pipeline: ChainableCommander, keys: readonly string[], args?: readonly ScriptArgument[]): void;
}

type Command = (...values: (string | number | Buffer)[]) => Promise<unknown>;

/**
 * Defines a Lua script.
 *
 * @param lua its text; keys and arguments are `KEYS` and `ARGV`
 */
export function defineScript(lua: string): RedisScript {
  const name = `script${createHash('sha1').update(lua).digest('hex')}`;
  return {
    async run<T>(client: RedisClient, keys: readonly string[], args: readonly ScriptArgument[] = []): Promise<T> {
      const commands = client as unknown as Record<string, Command | undefined>;
      if (commands[name] === undefined) client.defineCommand(name, { lua });
      return (await commands[name]?.(keys.length, ...keys, ...args)) as T;
    },
    addTo: (pipeline, keys, args = []) => {
      pipeline.eval(lua, keys.length, ...keys, ...args);
    },
  };
}
