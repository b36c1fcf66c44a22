import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { RouteModule } from '../route/route.module.js';
import { ExchangeObserver } from './exchange-observer.service.js';
import { FrontDoor } from './front-door.service.js';
import { ProxyService } from './proxy.service.js';

/** The way through the gateway. In: requests as Node gives them. Owns the connections to the services. */
@Module({ imports: [RouteModule, IdentityModule], providers: [FrontDoor, ProxyService, ExchangeObserver], exports: [FrontDoor] })
export class ProxyModule {}
