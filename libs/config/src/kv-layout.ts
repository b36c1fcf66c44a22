import { crc32 } from 'node:zlib';

/** The folder of configuration documents in Consul KV (the Spring Cloud Consul layout). */
const ROOT = 'config';
/** The document that all services read. */
const SHARED = 'application';

/** The KV key of a configuration document: `config/<name>/data`. */
export function configKey(name: string): string {
  return `${ROOT}/${name}/data`;
}

/**
 * The names of the documents that a service reads, the one that counts most first. As current Spring clients do: what is said for a
 * profile counts more than what is said for none, and of several profiles the last one counts most.
 *
 * @param profiles such as `prod`, in the order in which they were given
 */
export function configKeysOf(service: string, profiles: readonly string[]): string[] {
  const names = [service, SHARED];
  const latestFirst = [...profiles].reverse();
  return [...names.flatMap((name) => latestFirst.map((profile) => `${name},${profile}`)), ...names];
}

/** Whether all services read the document of this name. */
export function isSharedDocument(name: string): boolean {
  return name.split(',', 1)[0] === SHARED;
}

/** The flags of a document that the registry has seeded: the checksum of its text, so that what somebody else wrote is known from it. */
export function seedFlags(text: string): number {
  return crc32(text);
}

/** Whether a document in KV is still what the registry has seeded. */
export function isSeed(text: string, flags: number): boolean {
  return flags !== 0 && flags === seedFlags(text);
}
