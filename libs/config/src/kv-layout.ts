/** The folder of configuration documents in Consul KV (the Spring Cloud Consul layout). */
const ROOT = 'config';

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
  const shared = 'application';
  const plain = [service, shared];
  return profile === undefined ? plain : [`${service},${profile}`, `${shared},${profile}`, ...plain];
}
