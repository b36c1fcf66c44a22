import { compileFilter, type StructShape } from '../filter/index.js';
import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest } from '../http/consul-request.js';

const FAILED = 'Failed to create boolean expression evaluator: ';
/** Faults of syntax tell where they are. */
const SYNTAX_FAULT = /^\d+:\d+ \(/;

/**
 * Of these entries those that the `?filter=` of a request is for. The agent's own endpoints call a fault of the expression one of theirs.
 *
 * @throws ConsulError 500 with Consul's texts
 */
export function filtered<T extends object>(request: ConsulRequest, shape: StructShape, entries: readonly T[]): T[] {
  return filteredOr(request, shape, entries, (fault) => {
    throw new ConsulError(500, `${FAILED}${fault}`);
  });
}

/**
 * The same for checks: Consul looks at what an expression speaks of only when there is something to look at.
 *
 * @throws ConsulError 500 with Consul's texts
 */
export function filteredLate<T extends object>(request: ConsulRequest, shape: StructShape, entries: readonly T[]): T[] {
  return filteredOr(request, shape, entries, (fault) => {
    if (SYNTAX_FAULT.test(fault)) throw new ConsulError(500, `${FAILED}${fault}`);
    if (entries.length > 0) throw new ConsulError(500, fault);
    return [];
  });
}

function filteredOr<T extends object>(
  { query }: ConsulRequest,
  shape: StructShape,
  entries: readonly T[],
  onFault: (fault: string) => T[],
): T[] {
  const expression = query.get('filter') ?? '';
  if (expression === '') return [...entries];
  try {
    return entries.filter(compileFilter(expression, shape));
  } catch (error) {
    // What is beyond a limit is no fault of the expression.
    if (!(error instanceof ConsulError) || error.status !== 500) throw error;
    return onFault(error.message.replace(FAILED, ''));
  }
}
