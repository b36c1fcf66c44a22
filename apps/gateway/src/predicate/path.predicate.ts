import { z } from 'zod';
import { definePart, PartError, stringListSchema } from '../route/part-factory.js';
import { matchesWords, parsePathPattern, type PathPattern } from './path-pattern.js';
import type { MatchedRequest, PathPredicate, PredicateFactory } from './predicate.types.js';

/** `Path=/red/{segment},/blue/**`: the path matches any of the patterns. A trailing slash is a difference. */
export const pathPredicate: PredicateFactory = definePart({
  name: 'Path',
  shortcut: { fields: ['patterns'], gather: true },
  schema: z.strictObject({ patterns: stringListSchema }),
  create({ patterns: texts }) {
    if (texts.at(-1) === 'true') throw new PartError('matchTrailingSlash is not supported: write both patterns');
    return new PathMatch(texts.filter((text) => text !== 'false').map(parsePathPattern));
  },
});

class PathMatch implements PathPredicate {
  constructor(readonly patterns: readonly PathPattern[]) {}

  accepts({ words }: MatchedRequest): boolean {
    return this.patterns.some((pattern) => matchesWords(pattern, words));
  }
}
