import { posix } from 'node:path';
import { ConsulError } from '../http/consul-error.js';

/**
 * The key that the path of a request stands for. What is encoded in it (`%2F`, `%2E`) can still hold empty steps and dots: they are
 * resolved as in a path; a `/` at the end stays. An empty key stays empty.
 *
 * @throws ConsulError 500 when it leads out of the keys, or begins or ends with a blank
 */
export function keyOf(path: string): string {
  if (path === '') return '';
  const key = posix.normalize(path);
  if (key === '..' || key.startsWith('../')) throw new ConsulError(500, 'invalid key name, path traversal is not allowed');
  if (key !== key.trim()) throw new ConsulError(500, 'invalid key name, leading/trailing spaces are not allowed');
  return key;
}
