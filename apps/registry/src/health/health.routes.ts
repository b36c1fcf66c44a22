import { checkJson, nodeJson, serviceJson } from '../catalog/catalog-json.js';
import { blockingQuery } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import { booleanParam, requireRest, tagFilter } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import type { DurableStore } from '../store/durable-store.js';
import { CHECK_STATUSES, type CheckEntry } from '../store/entries.js';
import { Topic } from '../store/topics.js';

/** `/v1/health/`: checks, and instances with their checks. */
export function healthRoutes(store: DurableStore, datacenter: string): Route[] {
  return [
    { path: '/v1/health/service/', methods: { GET: listInstances(store, datacenter) } },
    { path: '/v1/health/checks/', methods: { GET: listServiceChecks(store) } },
    { path: '/v1/health/node/', methods: { GET: listNodeChecks(store) } },
    { path: '/v1/health/state/', methods: { GET: listByState(store) } },
  ];
}

function listInstances(store: DurableStore, datacenter: string): Handler {
  const { catalog } = store.state;
  return (request) => {
    const name = requireRest(request, 'Missing service name');
    const isPassingOnly = booleanParam(request, 'passing');
    const hasTags = tagFilter(request);
    return blockingQuery(request, store.watchers, { topics: [Topic.service(name)] }, () => ({
      index: catalog.indexOfService(name),
      json: [...catalog.instancesOf(name)].flatMap((instance) => {
        const node = catalog.node(instance.node);
        const checks = catalog.checksOf(instance);
        const isLeftOut = node === undefined || (isPassingOnly && !checks.every(isPassing)) || !hasTags(instance);
        return isLeftOut ? [] : [{ Node: nodeJson(node, datacenter), Service: serviceJson(instance), Checks: checks.map(checkJson) }];
      }),
    }));
  };
}

function listServiceChecks(store: DurableStore): Handler {
  const { catalog } = store.state;
  return (request) => {
    const name = requireRest(request, 'Missing service name');
    return blockingQuery(request, store.watchers, { topics: [Topic.service(name)] }, () => ({
      index: catalog.indexOfService(name),
      json: [...catalog.instancesOf(name)]
        .flatMap((instance) => catalog.checksOf(instance))
        .filter((check) => check.serviceId !== '')
        .map(checkJson),
    }));
  };
}

function listNodeChecks({ state, watchers }: DurableStore): Handler {
  return (request) => {
    const name = requireRest(request, 'Missing node name');
    return blockingQuery(request, watchers, { topics: [Topic.node(name)] }, () => ({
      index: state.catalog.indexes().checks,
      json: [...state.catalog.checksOn(name)].map(checkJson),
    }));
  };
}

function listByState({ state, watchers }: DurableStore): Handler {
  return (request) => {
    const wanted = requireRest(request, 'Missing check state');
    if (wanted !== 'any' && !(CHECK_STATUSES as readonly string[]).includes(wanted)) {
      throw new ConsulError(400, `Invalid check state "${wanted}"`);
    }
    return blockingQuery(request, watchers, { topics: [Topic.Checks] }, () => ({
      index: state.catalog.indexes().checks,
      json: [...state.catalog.allChecks()].filter((check) => wanted === 'any' || check.status === wanted).map(checkJson),
    }));
  };
}

function isPassing(check: CheckEntry): boolean {
  return check.status === 'passing';
}
