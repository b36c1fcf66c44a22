import { AppError, CommonError } from '@app/errors';
import { z } from 'zod';
import { matchesWords, parsePathPattern, type PathPattern, toWords } from '../predicate/path-pattern.js';
import { lenientPath } from '../proxy/request-target.js';
import { definePart, stringListSchema } from '../route/part-factory.js';
import { FilterOrder } from './filter-order.js';
import type { FilterFactory, GatewayFilter } from './filter.types.js';

/**
 * `HidePaths=/api/x/health/**,/api/x/metrics`: paths, as they came, that do not exist for the outside. They are compared as the
 * most lenient server would read them, so that no spelling of a hidden path reaches it.
 */
export const hidePathsFilter: FilterFactory = definePart({
  name: 'HidePaths',
  shortcut: { fields: ['patterns'], gather: true },
  schema: z.strictObject({ patterns: stringListSchema }),
  create: ({ patterns }) => hidePaths(patterns.map((pattern) => parsePathPattern(pattern.toLowerCase()))),
});

function hidePaths(hidden: readonly PathPattern[]): GatewayFilter {
  return {
    order: FilterOrder.HidePaths,
    onRequest({ originalPath, words: asked }) {
      const read = lenientPath(originalPath);
      const words = read === originalPath ? asked : toWords(read);
      if (hidden.some((pattern) => matchesWords(pattern, words))) throw new AppError(CommonError.NOT_FOUND);
      return undefined;
    },
  };
}
