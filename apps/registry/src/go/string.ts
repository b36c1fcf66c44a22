/** By what follows the backslash. */
const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  ...Object.fromEntries(Object.entries(SIMPLE).map(([letter, char]) => [char, `\\${letter}`])),
};
/** What Go counts as printable: letters, marks, numbers, punctuation, symbols, and of the blanks the one of ASCII. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;
const QUOTED = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;
const MAX_ASCII = 0x7f;
const MAX_BMP = 0xffff;
const ESCAPE = /\\(?:([abfnrtv\\])|(x[\da-fA-F]{2}|[0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|)/g;
const MAX_CODE_POINT = 0x10ffff;

/**
 * Reads what is between the double quotes of a Go string.
 *
 * @returns undefined when Go would not take it
 */
export function unescapeGo(inner: string): string | undefined {
  if (inner.includes('\n')) return undefined;
  const faults: string[] = [];
  const text = inner.replace(ESCAPE, (escape, simple?: string, byte?: string, short?: string, long?: string) => {
    if (simple !== undefined) return SIMPLE[simple] ?? '';
    const code =
      byte === undefined ? parseInt(short ?? long ?? '', 16) : byte.startsWith('x') ? parseInt(byte.slice(1), 16) : parseInt(byte, 8);
    if (code <= MAX_CODE_POINT && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
    faults.push(escape);
    return escape;
  });
  return faults.length === 0 ? text : undefined;
}

/** A text between double quotes, as Go's `%q` writes it. */
export function quoteGo(text: string): string {
  return `"${text.replace(QUOTED, (char) => ESCAPES[char] ?? escapeCode(char.codePointAt(0) ?? 0))}"`;
}

/** Whether Go counts every character of a text as printable. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

function escapeCode(code: number): string {
  const hex = code.toString(16);
  if (code <= MAX_ASCII) return `\\x${hex.padStart(2, '0')}`;
  return code <= MAX_BMP ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
