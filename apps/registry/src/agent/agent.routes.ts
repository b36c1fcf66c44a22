import type { Route } from '../http/router.js';
import type { DurableStore } from '../store/durable-store.js';
import { agentHealthRoutes } from './agent-health.routes.js';
import { checkRoutes } from './check.routes.js';
import type { LocalAgent } from './local-agent.js';
import type { AgentIdentity } from './node/agent-self.js';
import { nodeRoutes } from './node/node.routes.js';
import { serviceRoutes } from './service.routes.js';

/** `/v1/agent/`: this node, what is registered on it, and its checks. */
export function agentRoutes(agent: LocalAgent, identity: AgentIdentity, store: DurableStore): Route[] {
  return [
    ...nodeRoutes(agent, identity, store),
    ...serviceRoutes(agent, identity.datacenter, store.watchers),
    ...checkRoutes(agent),
    ...agentHealthRoutes(agent, identity.datacenter),
  ];
}
