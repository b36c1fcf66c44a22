import { posix } from 'node:path';
import { isPrintable } from '../go/string.js';
import { splitTarget } from '../split-target.js';
import { ConsulError } from './consul-error.js';

/** What a request asks for. */
export interface Target {
  /** Decoded. */
  readonly path: string;
  /** As it came, without the `?`. */
  readonly search: string;
}

/** Paths that say what they mean: printable ASCII without escapes. */
const PLAIN = /^[!-$&-~]*$/;
const MALFORMED_ESCAPE = /%(?![0-9a-f]{2})/i;
const UNCLEAN = /\/\/|\/\.\.?(?:\/|$)/;
const ORIGIN = /^https?:\/\/[^/?]*/i;

/**
 * Reads the target of a request as Consul does. An escaped slash is a part of a key like any other; bytes that are no UTF-8 become
 * replacement characters.
 *
 * @throws ConsulError 307 to the clean path when there are empty or dotted segments; 400 when an escape is malformed or a character is
 * not printable; 500 when the query is malformed
 */
export function parseTarget(url: string): Target {
  const [path, search] = splitTarget(url.startsWith('/') ? url : url.replace(ORIGIN, ''));
  if (UNCLEAN.test(path)) throw redirectTo(posix.normalize(path), search);
  // Go takes no `;` for a separator.
  if (search !== '' && (search.includes(';') || MALFORMED_ESCAPE.test(search))) throw new ConsulError(500, '');
  return { path: PLAIN.test(path) ? path : decodePath(path), search };
}

/** The answer that sends a client on to another path, with the same query. */
export function redirectTo(path: string, search: string): ConsulError {
  const location = search === '' ? path : `${path}?${search}`;
  return new ConsulError(307, '', { Location: location });
}

function decodePath(path: string): string {
  if (MALFORMED_ESCAPE.test(path)) throw new ConsulError(400, '400 Bad Request');
  const bytes = path.replace(/%../g, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)));
  const decoded = Buffer.from(bytes, 'latin1').toString('utf8');
  if (!isPrintable(decoded)) throw new ConsulError(400, '');
  return decoded;
}
