import type { IncomingMessage } from 'node:http';

/** Whether a person's browser asks for a page: such a request is sent to sign in, or to the canonical address, rather than refused. */
export function isPageVisit({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers.authorization === undefined && headers.accept?.includes('text/html') === true;
}

/**
 * Where a page visit under another name than the canonical one belongs; undefined when it is right where it is.
 *
 * @param publicUrl the canonical origin: its `Host` is compared, without regard to case
 */
export function canonicalLocation(request: Pick<IncomingMessage, 'method' | 'headers' | 'url'>, publicUrl: string): string | undefined {
  if (!isPageVisit(request)) return undefined;
  const isCanonical = request.headers.host?.toLowerCase() === new URL(publicUrl).host;
  return isCanonical ? undefined : `${publicUrl}${request.url ?? '/'}`;
}
