import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { RequestPrincipal } from './internal-token.js';

const principals = new WeakMap<object, RequestPrincipal>();

/** Remembers who makes a request, for as long as the request object lives. */
export function setPrincipal(request: object, principal: RequestPrincipal): void {
  principals.set(request, principal);
}

/**
 * Who makes a request.
 *
 * @param request the Fastify request object that the guard has seen
 * @throws Error when no guard has admitted the request, as in a handler marked `@Public()`
 */
export function principalOf(request: object): RequestPrincipal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('No principal: the handler is public, or no guard has seen the request.');
  return principal;
}

/** Parameter decorator: the {@link RequestPrincipal} of a handler that has `@RequirePermission(...)`. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<object>()),
);
