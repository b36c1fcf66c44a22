import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { PrincipalsController } from './principals.controller.js';

/** Tells `auth`, and nobody else, who a person is and what they may do. Owns nothing. */
@Module({ imports: [UsersModule], controllers: [PrincipalsController] })
export class PrincipalsModule {}
