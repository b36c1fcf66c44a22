import { POSTGRES_SUPERUSER, startPostgres as startServer } from '@app/engines';
import { type ServerKind, type StartServerOptions, startTestServer, type TestServer } from './test-server.js';

const POSTGRES: ServerKind = {
  name: 'postgres',
  start: ({ password, ...options }) => startServer({ ...options, superuserPassword: password }),
  toUrl: (port, password) => `postgres://${POSTGRES_SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
};

/** Starts PostgreSQL, or gives the one that this test run shares. Its `url` is the superuser's: `postgres://postgres:...@127.0.0.1:port/postgres`. */
export function startPostgres(options: StartServerOptions = {}): Promise<TestServer> {
  return startTestServer(POSTGRES, options);
}
