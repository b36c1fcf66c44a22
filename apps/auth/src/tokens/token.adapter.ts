import type { RedisClient } from '@app/redis';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { orUnavailable } from '../shared/temporarily-unavailable.js';
import type { RevocationPublisher } from './revocation.publisher.js';
import { hashId, tokenKeys } from './token-keys.js';

/** Models whose items are used once. */
const CONSUMABLE = new Set([
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PushedAuthorizationRequest',
  'PreAuthorizedCode',
]);

/** Models whose items die with their grant. */
const GRANTABLE = new Set(['AccessToken', ...CONSUMABLE]);

/** Models whose early end others must hear of. */
const BEARER = new Set(['AccessToken', 'ClientCredentials']);

/** Commands are bounded in time by the connection; what fails is "try again", not an error of the client's. */
const inStore = <T>(work: () => Promise<T>) => orUnavailable('the token store cannot be reached now', work);

/**
 * One model of oidc-provider in Redis. An id is a secret, so only its SHA-256 is stored, and every key has an end.
 * Each method's commands may go to different slots of a cluster, except a MULTI.
 */
export class TokenAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly redis: RedisClient,
    private readonly revocations: RevocationPublisher,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const hashedId = hashId(id);
    await inStore(async () => {
      // The index first: there is never a token that its grant does not know.
      if (payload.grantId !== undefined && GRANTABLE.has(this.model)) await this.#addToGrant(payload.grantId, hashedId, expiresIn);
      await Promise.all([
        this.redis.set(tokenKeys.item(this.model, hashedId), serialize(payload), 'EX', expiresIn),
        payload.uid !== undefined && this.redis.set(tokenKeys.alias(this.model, 'uid', payload.uid), hashedId, 'EX', expiresIn),
        payload.userCode !== undefined &&
          this.redis.set(tokenKeys.alias(this.model, 'userCode', payload.userCode), hashedId, 'EX', expiresIn),
      ]);
    });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.#findHashed(hashId(id));
    return payload && { ...payload, jti: id };
  }

  /** The id stays unknown: who finds an item by its `uid` may read it, not save it. */
  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findByAlias('uid', uid);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findByAlias('userCode', userCode);
  }

  /**
   * Marks an item as used. Of several at once, one succeeds.
   *
   * @throws InvalidGrant for all others, after the whole grant is revoked (RFC 9700 sections 4.5 and 4.14)
   */
  async consume(id: string): Promise<void> {
    const hashedId = hashId(id);
    const payload = await this.#findHashed(hashedId);
    const now = Math.floor(Date.now() / 1000);
    const ttl = Math.max(1, (payload?.exp ?? now) - now);
    const isFirst = await inStore(() => this.redis.set(tokenKeys.consumed(this.model, hashedId), now, 'EX', ttl, 'NX'));
    if (payload !== undefined && isFirst === 'OK') return;
    if (payload?.grantId !== undefined)
      await revokeGrant((model) => new TokenAdapter(model, this.redis, this.revocations), payload.grantId);
    throw new errors.InvalidGrant(`${this.model} already consumed`);
  }

  async destroy(id: string): Promise<void> {
    const hashedId = hashId(id);
    const removed = await inStore(() => this.redis.unlink(tokenKeys.item(this.model, hashedId)));
    if (removed > 0 && BEARER.has(this.model)) await this.revocations.publish([{ kind: 'token', tokenSha256: hashedId }]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const index = tokenKeys.ofGrant(this.model, grantId);
    const hashedIds = await inStore(async () => {
      const members = await this.redis.smembers(index);
      await Promise.all(members.map((hashedId) => this.redis.unlink(tokenKeys.item(this.model, hashedId))));
      await this.redis.unlink(index);
      return members;
    });
    if (BEARER.has(this.model)) {
      await this.revocations.publish(hashedIds.map((tokenSha256) => ({ kind: 'token', tokenSha256 })));
    }
  }

  async #addToGrant(grantId: string, hashedId: string, expiresIn: number): Promise<void> {
    const index = tokenKeys.ofGrant(this.model, grantId);
    await this.redis.multi().sadd(index, hashedId).expire(index, expiresIn, 'NX').expire(index, expiresIn, 'GT').exec();
  }

  async #findByAlias(kind: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> {
    const hashedId = await inStore(() => this.redis.get(tokenKeys.alias(this.model, kind, value)));
    return hashedId === null ? undefined : this.#findHashed(hashedId);
  }

  async #findHashed(hashedId: string): Promise<AdapterPayload | undefined> {
    const key = tokenKeys.item(this.model, hashedId);
    if (!CONSUMABLE.has(this.model)) return parse(await inStore(() => this.redis.get(key)));
    const [item, consumed] = await inStore(() => this.redis.mget(key, tokenKeys.consumed(this.model, hashedId)));
    const payload = parse(item ?? null);
    return payload && typeof consumed === 'string' ? { ...payload, consumed: Number(consumed) } : payload;
  }
}

/** Ends a grant and every token and code that was issued under it. */
export async function revokeGrant(adapterFor: (model: string) => TokenAdapter, grantId: string): Promise<void> {
  // The grant first: a token that is being issued meanwhile is worth nothing without it.
  await adapterFor('Grant').destroy(grantId);
  await Promise.all(['AccessToken', 'RefreshToken', 'AuthorizationCode'].map((model) => adapterFor(model).revokeByGrantId(grantId)));
}

/** Without the ids that are secrets: the item's own, and the session's that an interaction would carry along. */
function serialize(payload: AdapterPayload): string {
  const { session } = payload;
  return JSON.stringify({ ...payload, jti: undefined, session: session && { ...session, cookie: undefined } });
}

function parse(text: string | null): AdapterPayload | undefined {
  return text === null ? undefined : (JSON.parse(text) as AdapterPayload);
}
