import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HealthStatus, Logger } from '@app/telemetry';
import { aclRoutes } from './acl/acl.routes.js';
import { agentRoutes } from './agent/agent.routes.js';
import { LocalAgent } from './agent/local-agent.js';
import { advertisedAddress, joinHostPort, nodeAddresses } from './agent/node/advertised-address.js';
import type { AgentIdentity } from './agent/node/agent-self.js';
import { loadNodeIdentity } from './agent/node/node-identity.js';
import { CONSUL_API_VERSION, SERVER_RPC_PORT } from './agent/server-identity.js';
import { catalogRoutes } from './catalog/catalog.routes.js';
import { registerRoutes } from './catalog/register.routes.js';
import { connectRoutes } from './connect/connect.routes.js';
import { coordinateRoutes } from './coordinate/coordinate.routes.js';
import { EventLog } from './event/event-log.js';
import { eventRoutes } from './event/event.routes.js';
import { healthRoutes } from './health/health.routes.js';
import { ConsulServer } from './http/consul-server.js';
import { kvRoutes } from './kv/kv.routes.js';
import { SessionExpiry } from './session/session-expiry.js';
import { sessionRoutes } from './session/session.routes.js';
import { statusRoutes } from './status/status.routes.js';
import { DurableStore } from './store/durable-store.js';
import { txnRoutes } from './txn/txn.routes.js';

/** What an agent is started with. */
export interface ConsulAgentOptions {
  readonly host: string;
  readonly port: number;
  readonly token?: string | undefined;
  readonly dataDir: string;
  readonly datacenter: string;
  readonly nodeName: string;
}

/** An agent that listens. */
export interface RunningAgent {
  readonly port: number;
  health(): HealthStatus;
  close(): Promise<void>;
}

const { version: VERSION } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };

/**
 * Starts the agent: opens its state, puts this node into it, listens. Needs nothing of Nest.
 *
 * @throws StartRefusedError when the data folder is damaged; Error when it is in use, or when the port is taken
 */
export async function startConsulAgent(options: ConsulAgentOptions, logger: Logger): Promise<RunningAgent> {
  const store = await DurableStore.open(options.dataDir, logger);
  const { host, datacenter } = options;
  const node = await loadNodeIdentity(options.dataDir, options.nodeName);
  const address = advertisedAddress(host);
  const identity: AgentIdentity = { nodeName: node.name, nodeId: node.id, datacenter, address, version: VERSION };
  const agent = new LocalAgent(store, node.name, logger);
  const sessions = new SessionExpiry(store, logger);
  const source = { store, datacenter, nodeName: node.name };
  const routes = [
    ...statusRoutes(joinHostPort(address, SERVER_RPC_PORT)),
    ...agentRoutes(agent, identity, store),
    ...catalogRoutes(source),
    ...registerRoutes(source),
    ...healthRoutes(source),
    ...coordinateRoutes(source),
    ...eventRoutes({ log: new EventLog(), watchers: store.watchers, audience: agent }),
    ...aclRoutes(),
    ...connectRoutes(),
    ...kvRoutes(store),
    ...sessionRoutes(store, sessions, node.name),
    ...txnRoutes(source),
  ];
  const server = new ConsulServer(routes, { host, port: options.port, token: options.token, datacenter }, logger);
  try {
    await agent.start({
      id: node.id,
      name: node.name,
      address,
      meta: { 'consul-network-segment': '', 'consul-version': CONSUL_API_VERSION },
      taggedAddresses: nodeAddresses(address),
    });
    sessions.start();
    const port = await server.listen();
    logger.info({ host, port, keys: store.state.kv.size, index: store.state.index }, 'Consul API listens');
    return { port, health: () => store.health(), close: () => closeAll(server, [agent, sessions], store) };
  } catch (error) {
    sessions.stop();
    agent.stop();
    await store.close();
    throw error;
  }
}

async function closeAll(server: ConsulServer, active: readonly { stop(): void }[], store: DurableStore): Promise<void> {
  await server.close();
  for (const each of active) each.stop();
  await store.close();
}
