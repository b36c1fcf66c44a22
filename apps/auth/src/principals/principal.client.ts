import { InjectConfig, type LiveConfig } from '@app/config';
import { principalSchema, type Principal } from '@app/contracts';
import { DiscoveryService, type Lease, originOf } from '@app/discovery';
import { traceHeaders } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { InternalTokenIssuer } from '../keys/internal-token.issuer.js';
import { ExpiringCache } from '../shared/expiring-cache.js';
import { orUnavailable } from '../shared/temporarily-unavailable.js';

const CACHE_SIZE = 10_000;
const MAX_ANSWER_LENGTH = 256 * 1024;
/** How long before its end the own token is renewed, in ms. */
const TOKEN_RENEWAL_MS = 15_000;

/** Asks `system` who a person is and what they may do. */
@Injectable()
export class PrincipalClient {
  readonly #cache: ExpiringCache<Principal | undefined>;
  #token: { value: string; renewAt: number } | undefined;

  constructor(
    @InjectConfig(authConfig) private readonly config: LiveConfig<AuthConfig>,
    private readonly discovery: DiscoveryService,
    private readonly issuer: InternalTokenIssuer,
  ) {
    this.#cache = new ExpiringCache({ ttlMs: () => config.value.principals.cacheMs, maxSize: CACHE_SIZE });
  }

  /**
   * The person with this id, as `system` knew them at most a few seconds ago.
   *
   * @returns undefined when there is no such person or they are disabled
   * @throws TemporarilyUnavailable when `system` gives no answer that can be relied on
   */
  async findEnabled(userId: string): Promise<Principal | undefined> {
    const principal = await this.#cache.get(userId, () => this.#fetch(userId));
    return principal?.enabled === true ? principal : undefined;
  }

  async #fetch(userId: string): Promise<Principal | undefined> {
    return orUnavailable('people cannot be looked up now', async () => {
      const deadline = AbortSignal.timeout(this.config.value.principals.timeoutMs);
      const answer = await this.#ask(`/principals/${encodeURIComponent(userId)}`, deadline);
      const text = await answer.text();
      if (answer.status === 404) return undefined;
      if (!answer.ok || text.length > MAX_ANSWER_LENGTH) throw new Error(`system answered ${answer.status}, ${text.length} characters`);
      return principalSchema.parse(JSON.parse(text));
    });
  }

  /** Where an instance from the catalogue has ended, another is asked. */
  async #ask(path: string, deadline: AbortSignal): Promise<Response> {
    const { systemUrl, principals } = this.config.value;
    if (systemUrl !== undefined) return this.#get(systemUrl.replace(/\/$/, '') + path, deadline);
    await this.discovery.whenKnown('system', principals.timeoutMs);
    const first = this.discovery.pick('system');
    if (first === undefined) throw new Error('no instance of system is known');
    try {
      return await this.#askOf(first, path, deadline);
    } catch (error) {
      const second = isConnectionRefused(error) ? this.discovery.pick('system', ({ id }) => id === first.instance.id) : undefined;
      if (second === undefined) throw error;
      return this.#askOf(second, path, deadline);
    }
  }

  async #askOf(lease: Lease, path: string, deadline: AbortSignal): Promise<Response> {
    try {
      return await this.#get(originOf(lease.instance) + path, deadline);
    } finally {
      lease.release();
    }
  }

  async #get(url: string, signal: AbortSignal): Promise<Response> {
    const headers = { ...traceHeaders(), accept: 'application/json', authorization: `Bearer ${await this.#ownToken()}` };
    return fetch(url, { headers, signal, redirect: 'error' });
  }

  async #ownToken(): Promise<string> {
    if (this.#token === undefined || Date.now() >= this.#token.renewAt) {
      const { token, expiresIn } = await this.issuer.issueOwn();
      this.#token = { value: token, renewAt: Date.now() + expiresIn * 1_000 - TOKEN_RENEWAL_MS };
    }
    return this.#token.value;
  }
}

/** `fetch` tells the reason in the cause of its error. */
function isConnectionRefused(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
