import { filterOf } from '../filter/index.js';
import { blockingQuery } from '../http/blocking-query.js';
import { type ConsulRequest, requireRest } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import type { ServiceEntry } from '../store/entries.js';
import { Topic } from '../store/topics.js';
import { catalogServiceJson, nodeJson, serviceJson } from './catalog-json.js';
import { answerNothing, type CatalogSource, connectInstances, isOfPeer, nearestFirst, nodeMetaFilter, tagFilter } from './catalog-query.js';
import { refuseEnterprise } from './enterprise.js';
import { CATALOG_SERVICE_SHAPE, NODE_SHAPE, SERVICE_SHAPE } from './shapes.js';

/** `/v1/catalog/`: what is in the cluster, healthy or not. */
export function catalogRoutes(source: CatalogSource): Route[] {
  return [
    { path: '/v1/catalog/datacenters', methods: { GET: () => ({ json: [source.datacenter] }) } },
    { path: '/v1/catalog/nodes', methods: { GET: listNodes(source) } },
    { path: '/v1/catalog/services', methods: { GET: listServices(source) } },
    { path: '/v1/catalog/service/', methods: { GET: listInstances(source) } },
    { path: '/v1/catalog/connect/', methods: { GET: listConnect(source) } },
    { path: '/v1/catalog/gateway-services/', methods: { GET: listGatewayServices(source) } },
    { path: '/v1/catalog/node/', methods: { GET: showNode(source, servicesById) } },
    { path: '/v1/catalog/node-services/', methods: { GET: showNode(source, servicesInList) } },
  ];
}

function listNodes({ store, datacenter, nodeName }: CatalogSource): Handler {
  const { state, watchers } = store;
  return (request) => {
    refuseEnterprise(request, ['partition']);
    const hasMeta = nodeMetaFilter(request);
    const isWanted = filterOf(request, NODE_SHAPE);
    return blockingQuery(request, watchers, { topics: [Topic.Nodes] }, () => {
      const nodes = [...state.catalog.allNodes()].filter((node) => hasMeta?.(node) ?? true);
      const json = nodes.map((node) => nodeJson(node, datacenter)).filter(isWanted);
      return { index: state.catalog.indexes().nodes, json: nearestFirst(json, request, nodeName, ({ Node }) => Node) };
    });
  };
}

function listServices({ store, datacenter }: CatalogSource): Handler {
  const { catalog } = store.state;
  return (request) => {
    refuseEnterprise(request);
    const hasMeta = nodeMetaFilter(request);
    const isWanted = filterOf(request, CATALOG_SERVICE_SHAPE);
    const isOfNodes = hasMeta !== undefined || request.query.has('filter');
    const topics = isOfNodes ? [Topic.Services, Topic.Nodes] : [Topic.Services];
    const isListed = (instance: ServiceEntry) => {
      const node = catalog.node(instance.node);
      return node !== undefined && (hasMeta?.(node) ?? true) && isWanted(catalogServiceJson(instance, node, datacenter));
    };
    return blockingQuery(request, store.watchers, { topics }, () => {
      const instances = [...catalog.allServices()].flatMap((named) => (isOfNodes ? named.filter(isListed) : named));
      const { services, nodes } = catalog.indexes();
      return { index: isOfNodes ? Math.max(services, nodes) : services, json: tagsByName(instances) };
    });
  };
}

function tagsByName(instances: readonly ServiceEntry[]): Record<string, string[]> {
  const tags = new Map<string, Set<string>>();
  for (const { name, tags: own } of instances) {
    const known = tags.get(name) ?? new Set();
    tags.set(name, known);
    for (const tag of own) known.add(tag);
  }
  return Object.fromEntries([...tags].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, known]) => [name, [...known]]));
}

function listInstances(source: CatalogSource): Handler {
  const { catalog } = source.store.state;
  return (request) => {
    refuseEnterprise(request);
    const name = requireRest(request, 'Missing service name');
    return answerInstances(source, request, Topic.service(name), () => ({
      index: catalog.indexOfService(name),
      instances: catalog.instancesOf(name),
    }));
  };
}

function listConnect(source: CatalogSource): Handler {
  return (request) => {
    refuseEnterprise(request);
    const name = requireRest(request, 'Missing service name');
    return answerInstances(source, request, Topic.Services, () => connectInstances(source, name));
  };
}

/** There are no gateways. */
function listGatewayServices(source: CatalogSource): Handler {
  return (request) => {
    refuseEnterprise(request);
    requireRest(request, 'Missing gateway name');
    return answerNothing(request, source);
  };
}

function answerInstances(
  source: CatalogSource,
  request: ConsulRequest,
  topic: string,
  read: () => { index: number; instances: readonly ServiceEntry[] },
) {
  if (isOfPeer(request)) return answerNothing(request, source);
  const { store, datacenter, nodeName } = source;
  const { catalog } = store.state;
  const hasTags = tagFilter(request);
  const hasMeta = nodeMetaFilter(request);
  const isWanted = filterOf(request, CATALOG_SERVICE_SHAPE);
  return blockingQuery(request, store.watchers, { topics: [topic] }, () => {
    const { index, instances } = read();
    const json = instances.flatMap((instance) => {
      const node = catalog.node(instance.node);
      if (node === undefined || !hasTags(instance) || !(hasMeta?.(node) ?? true)) return [];
      const entry = catalogServiceJson(instance, node, datacenter);
      return isWanted(entry) ? [entry] : [];
    });
    return { index, json: nearestFirst(json, request, nodeName, ({ Node }) => Node) };
  });
}

/** How a node is shown with its services, or what stands for one that is not there. */
type NodeView = (
  node: ReturnType<typeof nodeJson> | null,
  services: readonly ReturnType<typeof serviceJson>[],
  isFiltered: boolean,
) => unknown;

const servicesById: NodeView = (node, services) =>
  node && { Node: node, Services: Object.fromEntries(services.map((service) => [service.ID, service])) };

const servicesInList: NodeView = (node, services, isFiltered) => ({
  Node: node,
  Services: services.length > 0 || isFiltered ? services : null,
});

/** The shortest beginning of a node's id that it is found by. */
const MIN_ID_PREFIX = 2;

function showNode({ store, datacenter }: CatalogSource, view: NodeView): Handler {
  const { catalog } = store.state;
  return (request) => {
    refuseEnterprise(request);
    const name = requireRest(request, 'Missing node name');
    const isWanted = filterOf(request, SERVICE_SHAPE);
    const isFiltered = (request.query.get('filter') ?? '') !== '';
    const find = () => catalog.node(name) ?? (name.length < MIN_ID_PREFIX ? undefined : catalog.nodeByIdPrefix(name));
    const topics = [Topic.node(name), ...(catalog.node(name) === undefined ? [Topic.Nodes, Topic.node(find()?.name ?? name)] : [])];
    return blockingQuery(request, store.watchers, { topics }, () => {
      const node = find();
      const index = catalog.indexOfNode(node?.name ?? name);
      if (node === undefined) return { index, json: view(null, [], isFiltered) };
      const services = catalog.servicesOn(node.name).map(serviceJson).filter(isWanted);
      return { index, json: view(nodeJson(node, datacenter), services, isFiltered) };
    });
  };
}
