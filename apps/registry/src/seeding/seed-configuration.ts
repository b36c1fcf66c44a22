import {
  type ConfigFile,
  configKey,
  type ConfigProblem,
  type ConsulClient,
  isSeed,
  KV_LIMITS,
  parseConfigDocument,
  seedFlags,
} from '@app/config';

/** The part of the Consul client that is used. */
export type SeedingKv = Pick<ConsulClient['kv'], 'get' | 'set'>;

/** What has become of the files, each by the name of its document. */
export interface Seeding {
  written: string[];
  /** Somebody has changed these in KV: the file, which says something else, is not used. */
  changedByHand: string[];
  /** Files that nobody could read from KV either. */
  refused: ConfigProblem[];
}

/**
 * Puts configuration files into KV, `gateway.yaml` as `config/gateway/data`. What an administrator has put there stays. A value
 * that is still what was seeded, which its flags tell, follows the file; so does one that somebody has written as the file has it.
 */
export async function seedConfiguration(kv: SeedingKv, files: readonly ConfigFile[]): Promise<Seeding> {
  const seeding: Seeding = { written: [], changedByHand: [], refused: [] };
  for (const { name, text } of files) {
    const parsed = parseConfigDocument(`file ${name}.yaml`, text, KV_LIMITS);
    if ('problem' in parsed) {
      seeding.refused.push(parsed.problem);
      continue;
    }
    const key = configKey(name);
    const existing = (await kv.get(key)) as Existing;
    const fate = decide(existing, text);
    if (fate === 'changed by hand') seeding.changedByHand.push(name);
    if (fate === 'changed by hand' || fate === 'as seeded') continue;
    const isWritten = await kv.set({ key, value: text, flags: seedFlags(text), cas: existing?.ModifyIndex ?? 0 });
    if (isWritten && fate === 'follows') seeding.written.push(name);
  }
  return seeding;
}

/** What the client answers: Consul writes an empty value as null. */
type Existing = { Value: string | null; Flags: number; ModifyIndex: number } | undefined;

/** What becomes of a document; `adopted`: it says what the file says and is marked as the seed. */
function decide(existing: Existing, text: string): 'follows' | 'adopted' | 'as seeded' | 'changed by hand' {
  if (existing === undefined) return 'follows';
  const held = existing.Value ?? '';
  const isSeeded = isSeed(held, existing.Flags);
  if (held === text) return isSeeded ? 'as seeded' : 'adopted';
  return isSeeded ? 'follows' : 'changed by hand';
}
