import { RE2JS, RE2JSException } from 're2js';

/** An escape, a class, how often the one before is repeated, or any other character. */
const TOKEN = /\\x\{[\da-fA-F]*\}|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\{(\d+)(,(\d*))?\}|./gsu;
const UNICODE_CLASS = /\\p/gi;
/** What a class of Unicode costs, as instructions: it is hundreds of ranges. */
const UNICODE_CLASS_SIZE = 100;
/** The engine refuses to repeat anything more often, also one repetition in another. */
const MAX_REPETITIONS = 1_000;

/**
 * Compiles a regular expression, for an engine that takes linear time, as that of Consul does.
 *
 * @param admit is told how large it will be about, before anything is made of it; throws when that is too large
 * @returns why it is none, in Go's words
 */
export function compilePattern(text: string, admit: (size: number) => void): RE2JS | string {
  admit(sizeOfPattern(text));
  try {
    return RE2JS.compile(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    // Go names a text in each of its errors, here an empty one.
    return error.message.endsWith('trailing backslash at end of expression') ? `${error.message}: \`\`` : error.message;
  }
}

/** About the instructions that a regular expression becomes: a few characters may stand for a million. */
function sizeOfPattern(text: string): number {
  const classes = (text.match(UNICODE_CLASS)?.length ?? 0) * UNICODE_CLASS_SIZE;
  // Between \Q and \E brackets are only characters.
  const program = text.includes('\\Q') ? text.length * MAX_REPETITIONS : sizeOfProgram(text);
  return text.length + classes + program;
}

/** A group that is being read: what is done of it, and the part that a repetition would repeat. */
interface Group {
  done: number;
  last: number;
}

function sizeOfProgram(text: string): number {
  const outer: Group[] = [];
  let group: Group = { done: 0, last: 0 };
  for (const [token, least, range, most] of text.matchAll(TOKEN)) {
    if (least !== undefined) {
      // Without a most it is so often, and then any number of times more.
      group.last *= Math.max(Number(least), Number(most ?? 0), 1) + (range === ',' ? 1 : 0);
    } else if (token === '(') {
      outer.push(group);
      group = { done: 0, last: 0 };
    } else if (token === ')') {
      const around = outer.pop() ?? { done: 0, last: 0 };
      group = { done: around.done + around.last, last: group.done + group.last + 2 };
    } else if (token.length === 1 && '*+?'.includes(token)) {
      group.last += 1;
    } else {
      group = { done: group.done + group.last, last: 1 };
    }
  }
  return outer.reduce((size, { done, last }) => size + done + last, group.done + group.last);
}
