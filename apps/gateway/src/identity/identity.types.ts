/** Who stands behind a request, as far as the gateway must know to take the word back. */
export interface BearerIdentity {
  /** SHA-256 of the outside access token, hex. */
  readonly tokenSha256: string;
  /** `sub` of the internal token. */
  readonly subject: string;
  readonly clientId: string;
  /** Asks again whether the bearer may still be served. Rejects when that cannot be said now. */
  readonly recheck: () => Promise<boolean>;
}

/** An internal token and whom it names. */
export interface InternalToken {
  readonly token: string;
  readonly subject: string;
  readonly clientId: string;
}
