import type { CatalogSource } from '../catalog/catalog-query.js';
import { refuseEnterprise } from '../catalog/enterprise.js';
import { blockingQuery } from '../http/blocking-query.js';
import type { Handler, Route } from '../http/router.js';
import { Topic } from '../store/topics.js';

const DIMENSIONS = 8;
/** Where a node is that has not measured any other: all that a cluster of one knows. */
const ORIGIN = { Vec: new Array<number>(DIMENSIONS).fill(0), Error: 1.5, Adjustment: 0, Height: 0.00001 };

/** `/v1/coordinate/`: where nodes are in the network. Only this one is known, and what others tell is passed over. */
export function coordinateRoutes(source: CatalogSource): Route[] {
  const { datacenter, nodeName } = source;
  const own = [{ Node: nodeName, Segment: '', Coord: ORIGIN }];
  const datacenters = [{ Datacenter: datacenter, AreaID: 'wan', Coordinates: own }];
  return [
    { path: '/v1/coordinate/datacenters', methods: { GET: () => ({ json: datacenters }) } },
    { path: '/v1/coordinate/nodes', methods: { GET: show(source, own) } },
    {
      path: '/v1/coordinate/node/',
      methods: { GET: (request) => (request.rest === nodeName ? show(source, own)(request) : { status: 404 }) },
    },
    { path: '/v1/coordinate/update', methods: { PUT: () => ({}) } },
  ];
}

function show({ store, nodeName }: CatalogSource, json: unknown): Handler {
  return (request) => {
    refuseEnterprise(request, ['partition']);
    const read = () => ({ index: store.state.catalog.node(nodeName)?.createIndex ?? 0, json });
    return blockingQuery(request, store.watchers, { topics: [Topic.node(nodeName)] }, read);
  };
}
