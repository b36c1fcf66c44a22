import { Injectable } from '@nestjs/common';
import { AuditLogger, type SignInRefusal } from '../audit/audit.logger.js';
import { CredentialsService } from '../credentials/credentials.service.js';
import type { SignInProblem } from '../pages/sign-in.page.js';
import { PrincipalClient } from '../principals/principal.client.js';
import { TemporarilyUnavailable } from '../shared/temporarily-unavailable.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** What someone typed, and where they did. */
export interface SignInForm {
  username: string;
  password: string;
  address: string;
  clientId: string;
}

/** Who signed in, or why nobody did. */
export type SignInOutcome = { kind: 'signed_in'; sub: string } | SignInProblem;

/** Signs people in with username and password. A stranger learns nothing about which accounts exist, are disabled or have which password. */
@Injectable()
export class SignInService {
  constructor(
    private readonly throttle: SignInThrottle,
    private readonly credentials: CredentialsService,
    private readonly principals: PrincipalClient,
    private readonly audit: AuditLogger,
  ) {}

  async signIn(form: SignInForm): Promise<SignInOutcome> {
    try {
      const seconds = await this.throttle.begin(form);
      if (seconds > 0) {
        this.#refuse(form, 'throttled');
        return { kind: 'throttled', seconds };
      }
      return await this.#decideOrTakeBack(form);
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable)) throw error;
      return { kind: 'unavailable' };
    }
  }

  /** An attempt that comes to no decision is no failure of whoever made it. */
  async #decideOrTakeBack(form: SignInForm): Promise<SignInOutcome> {
    try {
      return await this.#decide(form);
    } catch (error) {
      await this.throttle.takeBack(form);
      throw error;
    }
  }

  async #decide(form: SignInForm): Promise<SignInOutcome> {
    const sub = await this.credentials.verify(form.username, form.password);
    if (sub === undefined) {
      this.#refuse(form, 'wrong_credentials');
      return { kind: 'wrong_credentials' };
    }
    const principal = await this.principals.findEnabled(sub);
    if (principal === undefined) {
      this.#refuse(form, 'user_disabled');
      return { kind: 'wrong_credentials' };
    }
    await this.throttle.succeed(form);
    this.audit.record({ event: 'sign_in', sub, clientId: form.clientId, address: form.address });
    return { kind: 'signed_in', sub };
  }

  #refuse({ clientId, address }: SignInForm, reason: SignInRefusal): void {
    this.audit.record({ event: 'sign_in_refused', reason, clientId, address });
  }
}
