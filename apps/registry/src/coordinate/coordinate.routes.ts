import type { CatalogSource } from '../catalog/catalog-query.js';
import { refuseEnterprise } from '../catalog/enterprise.js';
import { decodeBody, listOf, struct, text } from '../go/decode.js';
import { float64 } from '../go/scalars.js';
import { blockingQuery } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest, ConsulResponse } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import { isSameName } from '../same-name.js';
import { Topic } from '../store/topics.js';

const DIMENSIONS = 8;
/** Where a node is that has not measured any other: all that a cluster of one knows. */
const ORIGIN = { Vec: new Array<number>(DIMENSIONS).fill(0), Error: 1.5, Adjustment: 0, Height: 0.00001 };

const COORDINATE = struct({
  name: 'Coordinate',
  type: 'coordinate.Coordinate',
  fields: { Vec: listOf(float64, '[]float64'), Error: float64, Adjustment: float64, Height: float64 },
});
const UPDATE = struct({
  name: 'CoordinateUpdateRequest',
  type: 'structs.CoordinateUpdateRequest',
  fields: { Datacenter: text, Node: text, Segment: text, Coord: COORDINATE, Token: text },
});

/** `/v1/coordinate/`: where nodes are in the network. Only this one is known, and what others tell is passed over. */
export function coordinateRoutes(source: CatalogSource): Route[] {
  const { datacenter, nodeName } = source;
  const datacenters = [{ Datacenter: datacenter, AreaID: 'wan', Coordinates: coordinatesOf(nodeName) }];
  return [
    { path: '/v1/coordinate/datacenters', methods: { GET: () => ({ json: datacenters }) } },
    { path: '/v1/coordinate/nodes', methods: { GET: list(source) } },
    { path: '/v1/coordinate/node/', methods: { GET: show(source) } },
    { path: '/v1/coordinate/update', methods: { PUT: update(source) } },
  ];
}

function list(source: CatalogSource): Handler {
  return (request) => {
    refuseEnterprise(request, ['partition']);
    return answer(source, request, source.nodeName);
  };
}

function show(source: CatalogSource): Handler {
  return (request) => {
    refuseEnterprise(request, ['partition']);
    // The name is shown as it was asked for.
    return isSameName(request.rest, source.nodeName) ? answer(source, request, request.rest) : { status: 404 };
  };
}

function answer({ store, nodeName }: CatalogSource, request: ConsulRequest, shownAs: string): Promise<ConsulResponse> {
  const read = () => ({ index: store.state.catalog.node(nodeName)?.createIndex ?? 0, json: coordinatesOf(shownAs) });
  return blockingQuery(request, store.watchers, { topics: [Topic.node(nodeName)] }, read);
}

function update({ datacenter }: CatalogSource): Handler {
  return (request) => {
    refuseEnterprise(request);
    const { Datacenter, Coord } = decodeBody(request.body, UPDATE);
    if (Datacenter !== '' && Datacenter !== datacenter) throw new ConsulError(500, 'No path to datacenter');
    if (Coord.Vec.length !== DIMENSIONS) throw new ConsulError(500, 'incompatible coordinate');
    return {};
  };
}

function coordinatesOf(node: string) {
  return [{ Node: node, Segment: '', Coord: ORIGIN }];
}
