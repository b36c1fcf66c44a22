import { errors } from 'oidc-provider';

/** Something that an answer depends on cannot be had now: 503 `temporarily_unavailable` (RFC 6749 section 4.1.2.1). */
export class TemporarilyUnavailable extends errors.OIDCProviderError {
  override readonly name = 'TemporarilyUnavailable';

  /** @param description sent to the client: no secret, nothing of the inside */
  constructor(description: string, options?: ErrorOptions) {
    super(503, 'temporarily_unavailable', options);
    this.error_description = description;
    // By default, a 503 is not shown to the client.
    this.expose = true;
    // The cause speaks of the inside: it is for the log alone.
    this.error_detail = description;
  }
}
