import { dataFolderAt } from './data-folder.ts';
import type { Platform } from './platform.ts';
import { portsAt } from './ports.ts';
import { completeSecrets } from './secrets.ts';

/** A platform for specs: every secret says what it is. */
export function examplePlatform(changes: Partial<Platform> = {}): Platform {
  const user = (username: string) => ({ id: `id-of-${username}`, password: `password-of-${username}` });
  return {
    folder: dataFolderAt('/data/example'),
    secrets: completeSecrets({
      postgresSuperuser: 'superuser-password',
      postgresRoles: { auth: 'auth-password', system: 'system-password', statistics: 'statistics-password' },
      redis: 'redis-password',
      users: { admin: user('admin'), officer: user('officer'), hangzhou: user('hangzhou') },
      clients: { gateway: 'gateway-secret', station: 'station-secret', reports: 'reports-secret' },
    }),
    portOffset: 0,
    ports: portsAt(0),
    external: { database: undefined, redis: undefined, authRedis: undefined, streamRedis: undefined, consul: undefined, zipkin: undefined },
    address: 'http://localhost:8080',
    outsideHost: '127.0.0.1',
    feed: true,
    redisProgram: undefined,
    environment: { PATH: '/usr/bin' },
    ...changes,
  };
}
