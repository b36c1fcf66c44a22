import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Permission, TOKEN_EXCHANGE_GRANT } from '@app/contracts';
import { createTestDatabase, startService, type TestDatabase, type TestService } from '@app/testing';
import { GATEWAY_SECRET, type GatewayRig } from './gateway-rig.js';

export const PERSON = { username: 'officer', password: 'a password for this test' };
export const MACHINE = { clientId: 'station', clientSecret: 'the-machine-made-secret-of-the-weigh-station' };

/** `auth` itself behind a rig's gateway, with a database, one person and one machine. */
export interface RealAuth {
  service: TestService;
  /** One more instance on the same stores; whoever starts it stops it. */
  startAnother(): Promise<TestService>;
  stop(): Promise<void>;
}

/** Starts `auth` for a rig that was started without one. */
export async function startRealAuth(rig: GatewayRig, folder: string): Promise<RealAuth> {
  const [database, people] = await Promise.all([createTestDatabase({ schema: 'auth' }), startPeople()]);
  const seedFile = join(folder, 'auth-seed.json');
  await writeFile(seedFile, JSON.stringify(seedOf(rig)), { mode: 0o600 });
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: rig.redis.url,
    CONSUL_HTTP_ADDR: rig.consul,
    PUBLIC_URL: rig.publicUrl,
    AUTH_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
    AUTH_SEED_FILE: seedFile,
    AUTH_SYSTEM_URL: `http://127.0.0.1:${(people.address() as AddressInfo).port}`,
  };
  const start = () => startService('auth', environment);
  const service = await start();
  return { service, startAnother: start, stop: () => stopAll(service, database, people) };
}

function seedOf(rig: GatewayRig) {
  const gateway = {
    clientId: 'gateway',
    clientSecret: GATEWAY_SECRET,
    grantTypes: ['authorization_code', 'refresh_token', TOKEN_EXCHANGE_GRANT],
    redirectUris: [`${rig.publicUrl}/login/callback`],
    firstParty: true,
  };
  const machine = { ...MACHINE, grantTypes: ['client_credentials'], scopes: [Permission.CountersRead], for: 'station' };
  return { credentials: [{ userId: 'u-1', ...PERSON }], clients: [gateway, machine] };
}

/** `system` as far as auth asks it. */
async function startPeople(): Promise<Server> {
  const principal = {
    ...{ id: 'u-1', username: PERSON.username, displayName: 'Officer Wang', enabled: true },
    ...{ roles: ['province-officer'], permissions: [Permission.CountersRead], area: '33' },
  };
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(principal)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function stopAll(service: TestService, database: TestDatabase, people: Server): Promise<void> {
  await service.stop();
  await database.drop();
  people.close();
  people.closeAllConnections();
}
