import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Header } from '@app/contracts';

/** What a request id from outside may look like: it ends up in logs and headers. */
const SANE = /^[A-Za-z0-9._-]{1,64}$/;

/** The request's own id when it carries a sane one, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[Header.RequestId];
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
}
