import { InjectConfig, type LiveConfig } from '@app/config';
import { DiscoveryService, originOf } from '@app/discovery';
import { Injectable } from '@nestjs/common';
import { JwksClient } from './jwks.client.js';
import { securityConfig, type SecurityConfig } from './security.config.js';

const JWKS_PATH = '/oauth2/jwks';

/** The public keys of `auth`, from the configured address or from an instance of the catalogue. */
@Injectable()
export class IssuerKeys extends JwksClient {
  constructor(@InjectConfig(securityConfig) config: LiveConfig<SecurityConfig>, discovery: DiscoveryService) {
    super(
      async () => {
        if (config.value.jwksUrl !== undefined) return config.value.jwksUrl;
        await discovery.whenKnown('auth', config.value.jwksTimeoutMs);
        const lease = discovery.pick('auth');
        // One short request now and then: how many are under way does not matter.
        lease?.release();
        return lease && originOf(lease.instance) + JWKS_PATH;
      },
      () => ({ timeoutMs: config.value.jwksTimeoutMs, minIntervalMs: config.value.jwksMinIntervalMs }),
    );
    // Followed from the start, so that the first request finds the list filled.
    if (config.value.jwksUrl === undefined) discovery.instances('auth');
  }
}
