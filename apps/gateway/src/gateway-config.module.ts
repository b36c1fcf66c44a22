import { ConfigModule, getConfigToken } from '@app/config';
import { Global, Module } from '@nestjs/common';
import { gatewayConfig } from './gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from './gateway.tokens.js';

/** The gateway's configuration, known in all its modules. */
@Global()
@Module({
  imports: [ConfigModule.forFeature(gatewayConfig)],
  providers: [{ provide: LIVE_GATEWAY_CONFIG, useExisting: getConfigToken(gatewayConfig) }],
  exports: [LIVE_GATEWAY_CONFIG],
})
export class GatewayConfigModule {}
