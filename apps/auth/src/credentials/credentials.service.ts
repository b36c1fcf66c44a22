import { hashPassword, randomSecret, verifyPassword } from '@app/security';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { orUnavailable } from '../shared/temporarily-unavailable.js';
import { CredentialRepository } from './credential.repository.js';
import { normalizeUsername } from './normalize-username.js';

const MAX_USERNAME_LENGTH = 64;
const MAX_PASSWORD_LENGTH = 256;

/** Verifies what people sign in with. */
@Injectable()
export class CredentialsService implements OnModuleInit {
  #hashOfNobody = '';

  constructor(private readonly credentials: CredentialRepository) {}

  async onModuleInit(): Promise<void> {
    this.#hashOfNobody = await hashPassword(randomSecret());
  }

  /**
   * Whose username and password these are. An unknown username takes as long as a wrong password.
   *
   * @returns the user's id, or undefined when the two do not belong together
   * @throws TemporarilyUnavailable when the credentials cannot be read
   */
  async verify(username: string, password: string): Promise<string | undefined> {
    const name = normalizeUsername(username);
    const isPlausible = name.length <= MAX_USERNAME_LENGTH && password.length <= MAX_PASSWORD_LENGTH && !name.includes('\0');
    const credential = isPlausible
      ? await orUnavailable('passwords cannot be looked up now', () => this.credentials.findByUsername(name))
      : null;
    const matches = await verifyPassword(credential?.passwordHash ?? this.#hashOfNobody, password.slice(0, MAX_PASSWORD_LENGTH));
    return matches && isPlausible ? credential?.userId : undefined;
  }
}
