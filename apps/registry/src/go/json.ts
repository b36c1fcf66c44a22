import { GoJsonParser, MAX_DEPTH, type ParsedJson } from './json-parser.js';

/** What `JSON.parse` may read otherwise than Go: whole numbers that a double does not hold. */
const LONG_NUMBER = /\d{16}/;
const OPENING = /[[{]/;

/**
 * The first JSON value of a text, as Go's decoder reads it: what stands behind it is passed over.
 *
 * @param isExact whole numbers that a double does not hold come as bigint; else they are rounded
 * @returns what Go says of a text whose first value is none, or is nested deeper than Go goes
 */
export function parseGoJson(json: string, isExact = false): ParsedJson {
  // Most texts are what they should be, and V8's own parser is many times faster.
  if ((isExact && LONG_NUMBER.test(json)) || mayBeTooDeep(json)) return new GoJsonParser(json, isExact).parse();
  try {
    return { value: JSON.parse(json) as unknown };
  } catch {
    return new GoJsonParser(json, isExact).parse();
  }
}

function mayBeTooDeep(json: string): boolean {
  return json.length > MAX_DEPTH && json.split(OPENING, MAX_DEPTH + 2).length > MAX_DEPTH + 1;
}
