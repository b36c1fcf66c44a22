import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HealthStatus, Logger } from '@app/telemetry';
import { advertisedAddress, joinHostPort, nodeAddresses } from './agent/advertised-address.js';
import type { AgentIdentity } from './agent/agent-self.js';
import { agentRoutes } from './agent/agent.routes.js';
import { LocalAgent } from './agent/local-agent.js';
import { loadNodeIdentity } from './agent/node-identity.js';
import { SERVER_RPC_PORT } from './agent/server-identity.js';
import { catalogRoutes } from './catalog/catalog.routes.js';
import { healthRoutes } from './health/health.routes.js';
import { ConsulServer } from './http/consul-server.js';
import { kvRoutes } from './kv/kv.routes.js';
import { statusRoutes } from './status/status.routes.js';
import { DurableStore } from './store/durable-store.js';

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
  const routes = [
    ...statusRoutes(joinHostPort(address, SERVER_RPC_PORT)),
    ...agentRoutes(agent, identity, () => store.state.catalog.node(node.name)),
    ...catalogRoutes(store, datacenter),
    ...healthRoutes(store, datacenter),
    ...kvRoutes(store),
  ];
  const server = new ConsulServer(routes, { host, port: options.port, token: options.token, datacenter }, logger);
  try {
    await agent.start({
      id: node.id,
      name: node.name,
      address,
      meta: { 'consul-network-segment': '' },
      taggedAddresses: nodeAddresses(address),
    });
    const port = await server.listen();
    logger.info({ host, port, keys: store.state.kv.size, index: store.state.index }, 'Consul API listens');
    return { port, health: () => store.health(), close: () => closeAll(server, agent, store) };
  } catch (error) {
    agent.stop();
    await store.close();
    throw error;
  }
}

async function closeAll(server: ConsulServer, agent: LocalAgent, store: DurableStore): Promise<void> {
  await server.close();
  agent.stop();
  await store.close();
}
