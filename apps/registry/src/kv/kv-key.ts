import { posix } from 'node:path';
import { ConsulError } from '../http/consul-error.js';

const ESCAPE = /%([\da-f]{2})/gi;
const MALFORMED_ESCAPE = /%(?![\da-f]{2})/i;
const TRAVERSAL = 'invalid key name, path traversal is not allowed';
const SPACES = 'invalid key name, leading/trailing spaces are not allowed';

/**
 * The key that the path of a request stands for. What is encoded in it (`%2F`, `%2E`) can still hold empty steps and dots: they are
 * resolved as in a path; a `/` at the end stays. An empty key stays empty.
 *
 * @throws ConsulError 500 when it leads out of the keys, or begins or ends with a blank, or might do so if it was decoded again
 */
export function keyOf(path: string): string {
  if (path === '') return '';
  const key = posix.normalize(path);
  if (key === '..' || key.startsWith('../')) throw new ConsulError(500, TRAVERSAL);
  if (key !== key.trim()) throw new ConsulError(500, SPACES);
  if (key.includes('%')) refuseEncoded(key);
  return key;
}

/** Consul is stricter with keys that still hold escapes: wherever dots or blanks would be in them. What no escape is is not looked at. */
function refuseEncoded(key: string): void {
  if (MALFORMED_ESCAPE.test(key)) return;
  const bytes = key.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  if (bytes.includes('..')) throw new ConsulError(500, TRAVERSAL);
  if (bytes.includes(' ')) throw new ConsulError(500, SPACES);
}
