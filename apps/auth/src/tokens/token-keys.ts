import { hash } from 'node:crypto';

/** SHA-256 of an id in hex: tokens are known to Redis by it alone. Also the form of `RevocationEvent.tokenSha256`. */
export function hashId(id: string): string {
  return hash('sha256', id, 'hex');
}

/**
 * Redis keys of the authorization server. What changes together has one hash tag (`{...}`), and so one slot of a cluster:
 * an item and its mark of consumption.
 */
export const tokenKeys = {
  /** JSON of one item of a model (AccessToken, Session, ...), without its id. */
  item: (model: string, hashedId: string) => `auth:{${hashedId}}:${model}`,
  /** Set once, by whoever consumes the item first: the time, in seconds since the epoch. */
  consumed: (model: string, hashedId: string) => `auth:{${hashedId}}:${model}:consumed`,
  /** Hashed ids of a grant's items of one model. */
  ofGrant: (model: string, grantId: string) => `auth:{${hashId(grantId)}}:grant:${model}`,
  /** The hashed id of the item that has this other name. */
  alias: (model: string, kind: 'uid' | 'userCode', value: string) => `auth:{${hashId(value)}}:${kind}:${model}`,
};
