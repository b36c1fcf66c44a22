import { PartError } from '../route/part-factory.js';

/** One segment of a pattern. */
export type PatternSegment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `*` or `{name}`: any segment that is not empty. */
  | { readonly kind: 'any' }
  /** `*.js`, `v?`: text with `*` (any characters) and `?` (one character). */
  | { readonly kind: 'glob'; readonly text: string };

/** A path pattern of Spring's PathPattern: `/a/{b}/*.js`, `/api/**`. */
export interface PathPattern {
  readonly text: string;
  readonly segments: readonly PatternSegment[];
  /** Ends in `/**`: also matches the path before it and everything below. */
  readonly isOpen: boolean;
}

const VARIABLE = /^\{\w+\}$/;

/** Parses a path pattern. @throws PartError with the reason */
export function parsePathPattern(text: string): PathPattern {
  if (!text.startsWith('/')) throw new PartError(`pattern "${text}" must begin with "/"`);
  const words = text.slice(1).split('/');
  const isOpen = words.at(-1) === '**';
  const closed = isOpen ? words.slice(0, -1) : words;
  return { text, isOpen, segments: closed.map((word, index) => parseSegment(text, word, index === closed.length - 1 && !isOpen)) };
}

function parseSegment(pattern: string, word: string, isLast: boolean): PatternSegment {
  if (word === '*' || VARIABLE.test(word)) return { kind: 'any' };
  if (word.includes('**')) throw new PartError(`pattern "${pattern}" has "**" elsewhere than as its last segment`);
  if (/[{}]/.test(word)) throw new PartError(`pattern "${pattern}": a segment is either text or one {name}`);
  if (word === '' && !isLast) throw new PartError(`pattern "${pattern}" has an empty segment`);
  if (/[*?]/.test(word)) return { kind: 'glob', text: encodeText(word) };
  return { kind: 'literal', text: encodeText(word) };
}

/** Patterns may be written with characters that a path carries percent-encoded. */
function encodeText(word: string): string {
  return /^[!-~]*$/.test(word) ? word : encodeURI(word);
}

/** Whether a path in normal form matches. */
export function matchesPath(pattern: PathPattern, path: string): boolean {
  return matchesWords(pattern, toWords(path));
}

/** The segments of a path. */
export function toWords(path: string): string[] {
  return path.slice(1).split('/');
}

/** As {@link matchesPath}, for a path that is compared with several patterns. */
export function matchesWords({ segments, isOpen }: PathPattern, words: readonly string[]): boolean {
  if (words.length < segments.length || (words.length > segments.length && !isOpen)) return false;
  return segments.every((segment, index) => matchesSegment(segment, words[index] ?? ''));
}

/** Whether one segment of a path matches one of a pattern. */
export function matchesSegment(segment: PatternSegment, word: string): boolean {
  switch (segment.kind) {
    case 'literal':
      return segment.text === word;
    case 'any':
      return word !== '';
    case 'glob':
      return matchesGlob(segment.text, word);
  }
}

/** Wildcard matching without regular expressions: linear but for one step back to the last `*`, so nothing can make it hang. */
function matchesGlob(glob: string, word: string): boolean {
  let star = -1;
  let resume = 0;
  let at = 0;
  let index = 0;
  while (index < word.length) {
    if (glob[at] === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (glob[at] === '?' || glob[at] === word[index]) {
      at += 1;
      index += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
