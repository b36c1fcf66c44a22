import { RedisModule } from '@app/redis';
import { Module } from '@nestjs/common';
import { ConsoleModule } from './console/console.module.js';
import { GatewayConfigModule } from './gateway-config.module.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { SessionModule } from './session/session.module.js';

/** The only public door: requests for services go through `proxy`, people sign in at `session`, all other pages are the console's. */
@Module({ imports: [GatewayConfigModule, RedisModule.forRoot({ use: 'auth' }), SessionModule, ProxyModule, ConsoleModule] })
export class AppModule {}
