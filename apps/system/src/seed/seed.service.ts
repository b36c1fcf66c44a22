import { InjectConfig, type LiveConfig } from '@app/config';
import { DIVISIONS, STATIONS } from '@app/contracts';
import { StartRefusedError } from '@app/errors';
import { inTransaction, isUniqueViolation } from '@app/persistence';
import { createLogger } from '@app/telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AreaEntity } from '../areas/area.entity.js';
import { RETIRED_AREAS } from '../areas/retired-areas.js';
import { StationEntity } from '../stations/station.entity.js';
import { readSeedFile, type SeedUser } from './seed-file.js';
import { seedConfig, type SeedConfig } from './seed.config.js';

const log = createLogger('Seed');

/** Adds at every start what is missing: divisions, stations, and the people of the seed file. What is there is never changed. */
@Injectable()
export class SeedService implements OnModuleInit {
  constructor(
    @InjectConfig(seedConfig) private readonly config: LiveConfig<SeedConfig>,
    private readonly dataSource: DataSource,
  ) {}

  async onModuleInit(): Promise<void> {
    const { seedFile } = this.config.value;
    const users = seedFile === undefined ? [] : await readSeedFile(seedFile);
    await inTransaction(this.dataSource, async (manager) => {
      await addAreas(manager);
      await addStations(manager);
      for (const [index, user] of users.entries()) await addUser(manager, user, `SYSTEM_SEED_FILE ${seedFile ?? ''}: users.${index}`);
    });
    log.info({ users: users.length }, 'Seed applied');
  }
}

async function addAreas(manager: EntityManager): Promise<void> {
  const current = DIVISIONS.map((division) => ({ ...division, validFrom: startOf(division.code), validTo: null, successor: null }));
  const retired = RETIRED_AREAS.map((area) => ({ ...area, validFrom: null }));
  const rows = [...current, ...retired].map(({ names, ...area }) => ({ ...area, nameZh: names['zh-CN'], nameEn: names.en }));
  await manager.createQueryBuilder().insert().into(AreaEntity).values(rows).orIgnore().updateEntity(false).execute();
}

/** A successor's code holds from the day on which the retired one's ends. */
function startOf(code: string): string | null {
  return RETIRED_AREAS.find(({ successor }) => successor === code)?.validTo ?? null;
}

async function addStations(manager: EntityManager): Promise<void> {
  const rows = STATIONS.map(({ names, ...station }) => ({ ...station, nameZh: names['zh-CN'], nameEn: names.en }));
  await manager.createQueryBuilder().insert().into(StationEntity).values(rows).orIgnore().updateEntity(false).execute();
}

/** @param place of the person in the seed file, for messages */
async function addUser(manager: EntityManager, user: SeedUser, place: string): Promise<void> {
  const { id, username, displayName, area, enabled, roles } = user;
  const [added] = await manager
    .query<unknown[]>(
      `INSERT INTO "user" (id, username, display_name, area, enabled) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING RETURNING id`,
      [id, username, displayName, area, enabled],
    )
    .catch((error: unknown) => {
      if (!isUniqueViolation(error, 'user_username_key')) throw error;
      throw new StartRefusedError(`${place}.username ${username} is taken by a person with another id.`, { cause: error });
    });
  if (added === undefined) return;
  const given = await manager.query<{ role: string }[]>(
    `INSERT INTO user_role (user_id, role) SELECT $1, code FROM role WHERE code = ANY($2) RETURNING role`,
    [id, roles],
  );
  const unknown = roles.findIndex((code) => !given.some(({ role }) => role === code));
  if (unknown >= 0) throw new StartRefusedError(`${place}.roles.${unknown} is not a known role.`);
}
