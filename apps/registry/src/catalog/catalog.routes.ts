import { blockingQuery } from '../http/blocking-query.js';
import { requireRest, tagFilter } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import type { DurableStore } from '../store/durable-store.js';
import { Topic } from '../store/topics.js';
import { catalogServiceJson, nodeJson, serviceJson } from './catalog-json.js';

/** `/v1/catalog/`: what is in the cluster, healthy or not. */
export function catalogRoutes(store: DurableStore, datacenter: string): Route[] {
  return [
    { path: '/v1/catalog/datacenters', methods: { GET: () => ({ json: [datacenter] }) } },
    { path: '/v1/catalog/nodes', methods: { GET: listNodes(store, datacenter) } },
    { path: '/v1/catalog/services', methods: { GET: listServices(store) } },
    { path: '/v1/catalog/service/', methods: { GET: listInstances(store, datacenter) } },
    { path: '/v1/catalog/node/', methods: { GET: showNode(store, datacenter) } },
  ];
}

function listNodes({ state, watchers }: DurableStore, datacenter: string): Handler {
  return (request) =>
    blockingQuery(request, watchers, { topics: [Topic.Nodes] }, () => ({
      index: state.catalog.indexes().nodes,
      json: [...state.catalog.allNodes()].map((node) => nodeJson(node, datacenter)),
    }));
}

function listServices({ state, watchers }: DurableStore): Handler {
  return (request) =>
    blockingQuery(request, watchers, { topics: [Topic.Services] }, () => {
      const tags = [...state.catalog.serviceNames()].map((name) => {
        const distinct = new Set([...state.catalog.instancesOf(name)].flatMap((instance) => instance.tags));
        return [name, [...distinct].sort()] as const;
      });
      return { index: state.catalog.indexes().services, json: Object.fromEntries(tags) };
    });
}

function listInstances({ state, watchers }: DurableStore, datacenter: string): Handler {
  return (request) => {
    const name = requireRest(request, 'Missing service name');
    const hasTags = tagFilter(request);
    return blockingQuery(request, watchers, { topics: [Topic.service(name)] }, () => ({
      index: state.catalog.indexOfService(name),
      json: [...state.catalog.instancesOf(name)].filter(hasTags).flatMap((instance) => {
        const node = state.catalog.node(instance.node);
        return node === undefined ? [] : [catalogServiceJson(instance, node, datacenter)];
      }),
    }));
  };
}

function showNode({ state, watchers }: DurableStore, datacenter: string): Handler {
  return (request) => {
    const name = requireRest(request, 'Missing node name');
    return blockingQuery(request, watchers, { topics: [Topic.node(name)] }, () => {
      const node = state.catalog.node(name);
      const services = [...state.catalog.servicesOn(name)];
      // Of the tables, as in Consul: those of what is left would go back when a service goes.
      const { nodes: nodesIndex, services: servicesIndex } = state.catalog.indexes();
      const index = Math.max(nodesIndex, servicesIndex);
      if (node === undefined) return { index, json: null };
      return {
        index,
        json: {
          Node: nodeJson(node, datacenter),
          Services: Object.fromEntries(services.map((service) => [service.id, serviceJson(service)])),
        },
      };
    });
  };
}
