import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest } from '../http/consul-request.js';
import { MAX_FILTER_LENGTH } from '../limits.js';
import { compileExpression, FilterMismatchError } from './compile.js';
import { FilterWork } from './filter-work.js';
import { parseExpression } from './parser.js';
import { FilterSyntaxError } from './scanner.js';
import type { StructShape } from './shape.js';

export { listOf, mapOf, type Shape, struct, type StructShape } from './shape.js';

/** Whether an entry, as it is about to be written as JSON, is among those that are asked for. */
export type EntryFilter = (entry: object) => boolean;

/**
 * Compiles an expression of the filter language of Consul. The empty one lets everything through.
 *
 * @param shape of what is filtered: what an expression may speak of
 * @throws ConsulError 500 with Consul's texts; 400 when it is beyond a limit, which the filter finds while it is at work, as it does that the
 * filters of all clients together take too much (429)
 */
export function compileFilter(expression: string, shape: StructShape): EntryFilter {
  if (expression === '') return () => true;
  if (expression.length > MAX_FILTER_LENGTH) throw new ConsulError(400, `Limit reached: a filter may have ${MAX_FILTER_LENGTH} characters`);
  try {
    const work = new FilterWork();
    const holds = compileExpression(parseExpression(expression), shape, work);
    return (entry) => work.time(() => holds(entry));
  } catch (error) {
    if (error instanceof FilterSyntaxError || error instanceof FilterMismatchError) {
      throw new ConsulError(500, `Failed to create boolean expression evaluator: ${error.message}`);
    }
    throw error;
  }
}

/** The filter of a request: its `?filter=`. */
export function filterOf({ query }: ConsulRequest, shape: StructShape): EntryFilter {
  return compileFilter(query.get('filter') ?? '', shape);
}
