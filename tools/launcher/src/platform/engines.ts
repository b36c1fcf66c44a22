import { EngineError, type ManagedServer, type PostgresOptions, startPostgres, startRedis } from '@app/engines';
import type { PartDefinition } from '../supervise/part.ts';
import type { RunningPart } from '../supervise/running-part.ts';
import { provisionDatabase } from './database.ts';
import { connectionsOf, type Platform } from './platform.ts';

const LEFTOVERS_END_WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 200;

/** Our own PostgreSQL: up once it takes connections and every service has its role and schema. */
export function postgresPart(platform: Platform): PartDefinition {
  const { folder, ports, secrets } = platform;
  const logFile = `${folder.logs}/postgres.log`;
  const launch = async () => {
    const server = await startWhenLeftoversEnd({
      dataDir: folder.postgres,
      port: ports.postgres,
      superuserPassword: secrets.postgresSuperuser,
      logFile,
    });
    try {
      await provisionDatabase(connectionsOf(platform).database, secrets.postgresRoles, true);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return toRunningPart(server);
  };
  return { name: 'postgres', tier: 'store', port: ports.postgres, needs: [], launch, askReady: undefined, logFile };
}

/** A server whose launcher was killed shuts down by itself, and a crashed one's processes end one by one. */
async function startWhenLeftoversEnd(options: PostgresOptions): Promise<ManagedServer> {
  const deadline = Date.now() + LEFTOVERS_END_WITHIN_MS;
  for (;;) {
    try {
      return await startPostgres(options);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'already-running' || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

/** Our own Redis: up once it answers. */
export function redisPart({ folder, ports, secrets, redisProgram }: Platform): PartDefinition {
  const logFile = `${folder.logs}/redis.log`;
  const launch = async () => {
    const options = { dataDir: folder.redis, port: ports.redis, password: secrets.redis, logFile };
    return toRunningPart(await startRedis({ ...options, ...(redisProgram !== undefined && { program: redisProgram }) }));
  };
  return { name: 'redis', tier: 'store', port: ports.redis, needs: [], launch, askReady: undefined, logFile };
}

function toRunningPart(server: ManagedServer): RunningPart {
  return {
    pid: server.pid,
    ended: server.exited,
    stop: (timeoutMs) => server.stop(timeoutMs),
  };
}
