import { crc32 } from 'node:zlib';
import { type ConfigFile, configKey, type ConsulClient } from '@app/config';

/** The part of the Consul client that is used. */
export type SeedingKv = Pick<ConsulClient['kv'], 'get' | 'set'>;

/**
 * Puts configuration files into KV, `gateway.yaml` as `config/gateway/data`. What an administrator has put there stays. A value
 * that is still what was seeded, which its flags tell (they hold the checksum of what was seeded), follows the file.
 *
 * @returns names of the documents that were written
 */
export async function seedConfiguration(kv: SeedingKv, files: readonly ConfigFile[]): Promise<string[]> {
  const written: string[] = [];
  for (const { name, text } of files) {
    const key = configKey(name);
    const existing = await kv.get(key);
    if (existing && (existing.Value === text || !isAsSeeded(existing))) continue;
    const cas = existing ? existing.ModifyIndex : 0;
    if (await kv.set({ key, value: text, flags: crc32(text), cas })) written.push(name);
  }
  return written;
}

function isAsSeeded({ Value, Flags }: { Value: string | null; Flags: number }): boolean {
  return Flags !== 0 && crc32(Value ?? '') === Flags;
}
