import { Module } from '@nestjs/common';
import { RolesController } from './roles.controller.js';
import { RolesRepository } from './roles.repository.js';

/** What people may do. Owns tables `role` and `role_permission`. */
@Module({ controllers: [RolesController], providers: [RolesRepository], exports: [RolesRepository] })
export class RolesModule {}
