/** A request target in the one form in which it is matched and sent: what is matched is what the upstream gets. */
export interface RequestTarget {
  /** Begins with `/`; percent-encoded unreserved characters are decoded. */
  readonly path: string;
  /** With its `?`; empty when there is none. Bytes as they came. */
  readonly query: string;
}

const DOT_SEGMENT = /^\.{1,2}$/;
const SEPARATOR = /\/|%2f|\\|%5c/i;
const PERCENT_ENCODED = /%[0-9a-f]{2}/gi;
const BAD_PERCENT = /%(?![0-9a-f]{2})/i;
/** Read the same by everyone. */
const UNAMBIGUOUS = /^(?:\/[a-z0-9._~-]+)+$/;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;

const SLASH = 0x2f;
const DOT = 0x2e;

const BAD_CHARACTER = { refused: 'the path has a character that must be percent-encoded' };
const EMPTY_SEGMENT = { refused: 'the path has an empty segment' };

const PLAIN = 0;
/** To be looked at closely. */
const SPECIAL = 1;
const BAD = 2;

/** By character code: control characters, space, DEL, `#` and `\` are bad, and so is everything above ASCII. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code <= 0x20 || code === 0x7f || '#\\'.includes(String.fromCharCode(code))) return BAD;
  return '%;'.includes(String.fromCharCode(code)) ? SPECIAL : PLAIN;
});

/**
 * Parses the origin-form of a request target (RFC 9112 section 3.2.1) into its normal form (RFC 3986 section 6.2.2.2), or says
 * in a few words why it is refused. Dot segments, plain or encoded, empty segments, control characters and bad percent-encoding
 * are refused rather than repaired: services and proxies differ in how they read them.
 *
 * @param target the second word of the request line
 * @returns the target, or the reason of the refusal
 */
export function parseRequestTarget(target: string): RequestTarget | string {
  if (target.charCodeAt(0) !== SLASH) return 'the request target must begin with "/"';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark);
  if (query.includes('#')) return 'the request target has a fragment';
  const kind = inspect(path);
  if (kind === 'plain') return { path, query };
  return kind === 'special' ? normalise(path, query) : kind.refused;
}

/** Most paths are plain and go as they are. */
function inspect(path: string): 'plain' | 'special' | { refused: string } {
  let isPlain = true;
  let previous = 0;
  for (let index = 0; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    const kind = KINDS[code] ?? BAD;
    if (kind === BAD) return BAD_CHARACTER;
    if (code === SLASH && previous === SLASH) return EMPTY_SEGMENT;
    if (kind === SPECIAL || (code === DOT && previous === SLASH)) isPlain = false;
    previous = code;
  }
  return isPlain ? 'plain' : 'special';
}

function normalise(raw: string, query: string): RequestTarget | string {
  if (BAD_PERCENT.test(raw)) return 'the path has a bad percent-encoding';
  if (ENCODED_CONTROL.test(raw)) return 'the path has an encoded control character';
  const path = raw.replace(PERCENT_ENCODED, decodeUnreserved);
  // "..;x" is a dot segment to servers that know path parameters; "%2F.." to those that decode before they split.
  const hasDotSegment = path.split(SEPARATOR).some((segment) => DOT_SEGMENT.test(segment.split(';', 1)[0] ?? ''));
  return hasDotSegment ? 'the path has a dot segment' : { path, query };
}

/** RFC 3986 section 2.3: an encoded unreserved character is the same as the character. */
function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
}

/**
 * The path as the most lenient server would read it: decoded once, without path parameters, in lower case, without empty
 * segments, also at its end. For deciding that something must not be reached, never for sending.
 */
export function lenientPath(path: string): string {
  if (UNAMBIGUOUS.test(path)) return path;
  const decoded = path.replace(/%[0-7][0-9a-f]/gi, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)));
  return decoded
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/;[^/]*/g, '')
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1');
}
