import { PersistenceModule } from '@app/persistence';
import { SecurityModule } from '@app/security';
import { Module } from '@nestjs/common';
import { AreaEntity } from './areas/area.entity.js';
import { AreasModule } from './areas/areas.module.js';
import { migrations } from './migrations/index.js';
import { PrincipalsModule } from './principals/principals.module.js';
import { RolesModule } from './roles/roles.module.js';
import { SeedModule } from './seed/seed.module.js';
import { StationEntity } from './stations/station.entity.js';
import { StationsModule } from './stations/stations.module.js';
import { UserEntity } from './users/user.entity.js';
import { UsersModule } from './users/users.module.js';

const entities = [AreaEntity, StationEntity, UserEntity];

/** In: queries of people and machines, changes by administrators. Owns schema `system`: people, roles, areas, stations. Out: who may do what, to `auth`. */
@Module({
  imports: [
    SecurityModule.forRoot({ service: 'system' }),
    PersistenceModule.forRoot({ schema: 'system', entities, migrations }),
    SeedModule,
    AreasModule,
    StationsModule,
    RolesModule,
    UsersModule,
    PrincipalsModule,
  ],
})
export class AppModule {}
