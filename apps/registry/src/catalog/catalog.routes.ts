import { blockingQuery } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest } from '../http/consul-request.js';
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
    const name = requireName(request, 'Missing service name');
    const tags = request.query.getAll('tag').filter((tag) => tag !== '');
    return blockingQuery(request, watchers, { topics: [Topic.service(name)] }, () => ({
      index: state.catalog.indexOfService(name),
      json: [...state.catalog.instancesOf(name)]
        .filter((instance) => tags.every((tag) => instance.tags.includes(tag)))
        .flatMap((instance) => {
          const node = state.catalog.node(instance.node);
          return node === undefined ? [] : [catalogServiceJson(instance, node, datacenter)];
        }),
    }));
  };
}

function showNode({ state, watchers }: DurableStore, datacenter: string): Handler {
  return (request) => {
    const name = requireName(request, 'Missing node name');
    return blockingQuery(request, watchers, { topics: [Topic.node(name)] }, () => {
      const node = state.catalog.node(name);
      const services = [...state.catalog.servicesOn(name)];
      const index = Math.max(node?.modifyIndex ?? state.catalog.indexes().nodes, ...services.map((service) => service.modifyIndex));
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

/** @throws ConsulError 400 when the path ends without a name */
export function requireName({ rest }: ConsulRequest, message: string): string {
  if (rest === '') throw new ConsulError(400, message);
  return rest;
}
