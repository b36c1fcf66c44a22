import { ConfigModule, loadConfig } from '@app/config';
import { HealthRegistry, healthRegistry } from '@app/telemetry';
import { createTestDatabase, findFreePort, startPostgres, type TestServer, waitFor } from '@app/testing';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { PersistenceModule } from '@app/persistence';

async function startApp(url: string, environment: Record<string, string> = {}): Promise<INestApplicationContext> {
  const store = await loadConfig('trial', { environment: { DATABASE_URL: url, ...environment }, kv: false });
  @Module({
    imports: [ConfigModule.forRoot(store), PersistenceModule.forRoot({ schema: 'trial', entities: [], migrations: [] })],
    providers: [{ provide: HealthRegistry, useValue: healthRegistry }],
  })
  class TrialModule {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest types its options as a class that it does not export
  return await NestFactory.createApplicationContext(TrialModule, { logger: false, abortOnError: false });
}

describe(PersistenceModule.name, () => {
  let server: TestServer;
  let url: string;

  beforeAll(async () => {
    server = await startPostgres({ dedicated: true, durable: true });
    ({ url } = await createTestDatabase({ schema: 'trial', server }));
    await server.stop();
  });

  const startServer = async () => {
    server = await startPostgres({ dedicated: true, durable: true, port: server.port, keep: server });
  };

  it('starts before PostgreSQL does, follows its health, and is well again after a crash', async () => {
    const starting = startApp(url);
    await startServer();
    const app = await starting;
    const states = async () => (await healthRegistry.report()).checks.database?.status;
    await expect(states()).resolves.toBe('up');
    await expect(app.get(DataSource).query('SHOW search_path')).resolves.toEqual([{ search_path: 'trial' }]);

    await server.kill();
    // The server's own processes outlive it for a moment.
    await waitFor(async () => (await states()) === 'down');

    await startServer();
    await waitFor(async () => (await states()) === 'up', { timeoutMs: 20_000 });
    await app.close();
    await expect(states()).resolves.toBeUndefined();
    await server.stop();
  }, 90_000);

  it('gives up in the end, and says why', async () => {
    const nobody = `postgres://trial:secret@127.0.0.1:${await findFreePort()}/trial`;
    const error = await startApp(nobody, { DATABASE_START_TIMEOUT_MS: '1000' }).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/PostgreSQL could not be used within 1 s: .*ECONNREFUSED/);
    expect(String(error)).not.toContain('secret');
  });

  it('refuses an address that is none, and a schema that is no name', async () => {
    await expect(startApp('mysql://localhost/x')).rejects.toThrow(/database\.url|DATABASE_URL/);
    expect(() => PersistenceModule.forRoot({ schema: 'a"; DROP', entities: [], migrations: [] })).toThrow(/no name of a schema/);
  });
});
