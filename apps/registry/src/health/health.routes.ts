import { checkJson, nodeJson, serviceJson } from '../catalog/catalog-json.js';
import {
  answerNothing,
  type CatalogSource,
  connectInstances,
  isOfPeer,
  nearestFirst,
  nodeMetaFilter,
  tagFilter,
} from '../catalog/catalog-query.js';
import { refuseEnterprise, refuseSamenessGroup } from '../catalog/enterprise.js';
import { CHECK_SHAPE, HEALTH_SHAPE } from '../catalog/shapes.js';
import { filterOf } from '../filter/index.js';
import { blockingQuery } from '../http/blocking-query.js';
import { booleanParam, type ConsulRequest, requireRest } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import { isSameName } from '../same-name.js';
import type { CheckEntry, ServiceEntry } from '../store/entries.js';
import { Topic } from '../store/topics.js';

/** `/v1/health/`: checks, and instances with their checks. */
export function healthRoutes(source: CatalogSource): Route[] {
  return [
    { path: '/v1/health/service/', methods: { GET: listInstances(source) } },
    { path: '/v1/health/connect/', methods: { GET: listConnect(source) } },
    { path: '/v1/health/ingress/', methods: { GET: listIngress(source) } },
    { path: '/v1/health/checks/', methods: { GET: listServiceChecks(source) } },
    { path: '/v1/health/node/', methods: { GET: listNodeChecks(source) } },
    { path: '/v1/health/state/', methods: { GET: listByState(source) } },
  ];
}

function listInstances(source: CatalogSource): Handler {
  const { catalog } = source.store.state;
  return (request) => {
    refuseEnterprise(request);
    const name = requireRest(request, 'Missing service name');
    const topics = [Topic.service(name)];
    return answerInstances(source, request, topics, () => ({ index: catalog.indexOfService(name), instances: catalog.instancesOf(name) }));
  };
}

function listConnect(source: CatalogSource): Handler {
  const { catalog } = source.store.state;
  return (request) => {
    refuseEnterprise(request);
    const name = requireRest(request, 'Missing service name');
    return answerInstances(source, request, [Topic.Services, Topic.Nodes, Topic.Checks], () => {
      const { nodes, services, checks } = catalog.indexes();
      return { ...connectInstances(source, name), index: Math.max(nodes, services, checks) };
    });
  };
}

/** There are no gateways. */
function listIngress(source: CatalogSource): Handler {
  return (request) => {
    refuseEnterprise(request);
    requireRest(request, 'Missing service name');
    booleanParam(request, 'passing');
    filterOf(request, HEALTH_SHAPE);
    refuseSamenessGroup(request);
    return answerNothing(request, source);
  };
}

function answerInstances(
  source: CatalogSource,
  request: ConsulRequest,
  topics: readonly string[],
  read: () => { index: number; instances: readonly ServiceEntry[] },
) {
  const { store, datacenter, nodeName } = source;
  const { catalog } = store.state;
  const isPassingOnly = booleanParam(request, 'passing');
  const hasTags = tagFilter(request);
  const hasMeta = nodeMetaFilter(request);
  const isWanted = filterOf(request, HEALTH_SHAPE);
  refuseSamenessGroup(request);
  if (isOfPeer(request)) return answerNothing(request, source);
  return blockingQuery(request, store.watchers, { topics }, () => {
    const { index, instances } = read();
    const json = instances.flatMap((instance) => {
      const node = catalog.node(instance.node);
      if (node === undefined || !hasTags(instance) || !(hasMeta?.(node) ?? true)) return [];
      const checks = catalog.checksOf(instance);
      if (isPassingOnly && !checks.every(isPassing)) return [];
      const entry = { Node: nodeJson(node, datacenter), Service: serviceJson(instance), Checks: checks.map(checkJson) };
      return isWanted(entry) ? [entry] : [];
    });
    return { index, json: nearestFirst(json, request, nodeName, ({ Node }) => Node.Node) };
  });
}

function listServiceChecks(source: CatalogSource): Handler {
  const { catalog } = source.store.state;
  return (request) => {
    refuseEnterprise(request);
    const name = requireRest(request, 'Missing service name');
    const isOnWantedNode = onWantedNode(source, request);
    const isWanted = (check: CheckEntry) => check.serviceId !== '' && isOnWantedNode(check);
    return answerChecks(source, request, [Topic.service(name)], () => ({
      index: catalog.indexOfService(name),
      checks: catalog.instancesOf(name).flatMap((instance) => catalog.checksOf(instance).filter(isWanted)),
    }));
  };
}

function listNodeChecks(source: CatalogSource): Handler {
  const { catalog } = source.store.state;
  return (request) => {
    refuseEnterprise(request);
    const name = requireRest(request, 'Missing node name');
    const read = () => ({ index: catalog.indexes().checks, checks: catalog.checksOn(name) });
    return answerChecks(source, request, [Topic.node(name)], read);
  };
}

function listByState(source: CatalogSource): Handler {
  const { catalog } = source.store.state;
  return (request) => {
    refuseEnterprise(request);
    const wanted = requireRest(request, 'Missing check state');
    const isOnWantedNode = onWantedNode(source, request);
    const isWanted = (check: CheckEntry) => (wanted === 'any' || isSameName(check.status, wanted)) && isOnWantedNode(check);
    return answerChecks(source, request, [Topic.Checks], () => ({
      index: catalog.indexes().checks,
      checks: [...catalog.allChecks()].filter(isWanted),
    }));
  };
}

function answerChecks(
  { store, nodeName }: CatalogSource,
  request: ConsulRequest,
  topics: readonly string[],
  read: () => { index: number; checks: readonly CheckEntry[] },
) {
  const isWanted = filterOf(request, CHECK_SHAPE);
  return blockingQuery(request, store.watchers, { topics }, () => {
    const { index, checks } = read();
    const json = checks.map(checkJson).filter(isWanted);
    return { index, json: nearestFirst(json, request, nodeName, ({ Node }) => Node) };
  });
}

/** A test for checks on the nodes that `?node-meta=` asks for: where a node is named it asks for nothing. */
function onWantedNode({ store }: CatalogSource, request: ConsulRequest): (check: CheckEntry) => boolean {
  const hasMeta = nodeMetaFilter(request);
  if (hasMeta === undefined) return () => true;
  return (check) => {
    const node = store.state.catalog.node(check.node);
    return node !== undefined && hasMeta(node);
  };
}

function isPassing(check: CheckEntry): boolean {
  return check.status === 'passing';
}
