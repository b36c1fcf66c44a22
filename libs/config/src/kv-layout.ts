/** The folder of configuration documents in Consul KV (the Spring Cloud Consul layout). */
const ROOT = 'config';
/** The document that all services read. */
const SHARED = 'application';

/** The KV key of a configuration document: `config/<name>/data`. */
export function configKey(name: string): string {
  return `${ROOT}/${name}/data`;
}

/**
 * The names of the documents that a service reads, the one that counts most first (the order that current Spring clients were
 * seen to use).
 *
 * @param profile such as `prod`; undefined = none
 */
export function configKeysOf(service: string, profile: string | undefined): string[] {
  const plain = [service, SHARED];
  return profile === undefined ? plain : [`${service},${profile}`, `${SHARED},${profile}`, ...plain];
}

/** Whether all services read the document of this name. */
export function isSharedDocument(name: string): boolean {
  return name.split(',', 1)[0] === SHARED;
}
