import { createLogger } from '@app/telemetry';
import { errors } from 'oidc-provider';

const log = createLogger('TemporarilyUnavailable');

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

/**
 * Does what needs something that may be away. The cause of a failure is for the log alone.
 *
 * @param description what cannot be done now, for the client
 * @throws TemporarilyUnavailable when the work fails
 */
export async function orUnavailable<T>(description: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    log.error({ err: cause }, description);
    throw new TemporarilyUnavailable(description, { cause });
  }
}
