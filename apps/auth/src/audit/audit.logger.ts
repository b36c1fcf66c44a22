import { createLogger } from '@app/telemetry';
import { Injectable } from '@nestjs/common';

/** Why a sign-in was refused. */
export type SignInRefusal = 'wrong_credentials' | 'user_disabled' | 'throttled';

/** What happened that someone may have to account for. Ids only: no token, no secret, no typed username. */
export type AuditEvent =
  | { event: 'sign_in'; sub: string; clientId: string; address: string }
  | { event: 'sign_in_refused'; reason: SignInRefusal; clientId: string; address: string }
  | { event: 'sign_out'; sub: string; clientId?: string }
  | { event: 'consent'; sub: string; clientId: string; scopes: number }
  | { event: 'consent_refused'; sub: string; clientId: string }
  | { event: 'grant'; grantType: string; clientId: string; sub?: string }
  | { event: 'grant_refused'; grantType?: string; clientId?: string; error: string; detail?: string };

/** Writes audit events to the log. */
@Injectable()
export class AuditLogger {
  readonly #log = createLogger(AuditLogger.name);

  record(event: AuditEvent): void {
    this.#log.info({ audit: true, ...event }, `audit: ${event.event}`);
  }
}
