import { AppError, CommonError } from '@app/errors';
import type { RequestPrincipal } from './internal-token.js';

/**
 * Whether a principal may see what lies in a division.
 *
 * @param principal a principal without an area may see everything
 * @param code a division code (2, 4 or 6 digits) or a station code (10 digits)
 */
export function areaAllows(principal: Pick<RequestPrincipal, 'area'>, code: string): boolean {
  return principal.area === undefined || code.startsWith(principal.area);
}

/**
 * The division that a query of this principal is about: the one asked for, narrowed to the principal's own.
 *
 * @param requested a division code; absent = as much as the principal may see
 * @returns a division code, or undefined for everything
 * @throws AppError FORBIDDEN when the two do not overlap
 */
export function narrowArea(principal: Pick<RequestPrincipal, 'area'>, requested?: string): string | undefined {
  if (requested === undefined) return principal.area;
  if (areaAllows(principal, requested)) return requested;
  if (principal.area?.startsWith(requested) === true) return principal.area;
  throw new AppError(CommonError.FORBIDDEN, { detail: 'The area lies outside of what you may see.' });
}
