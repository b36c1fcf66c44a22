import { blockingQuery } from '../http/blocking-query.js';
import type { ConsulRequest, ConsulResponse } from '../http/consul-request.js';
import { isSameName } from '../same-name.js';
import type { DurableStore } from '../store/durable-store.js';
import type { NodeEntry, ServiceEntry } from '../store/entries.js';

/** What the catalogue and health endpoints answer from. */
export interface CatalogSource {
  readonly store: DurableStore;
  readonly datacenter: string;
  /** The node that this agent runs on. */
  readonly nodeName: string;
}

/** Of what there is none here, such as gateways and clusters that this one is peered with: who waits for it waits his time out. */
export function answerNothing(request: ConsulRequest, { store }: CatalogSource): Promise<ConsulResponse> {
  return blockingQuery(request, store.watchers, {}, () => ({ index: 1, json: [] }));
}

/** Whether a request is for what comes from a peered cluster. */
export function isOfPeer({ query }: ConsulRequest): boolean {
  return (query.get('peer') ?? '') !== '';
}

/** A test for nodes that have every `?node-meta=key:value` of a request, of one key the last; undefined when it asks for none. */
export function nodeMetaFilter({ query }: ConsulRequest): ((node: NodeEntry) => boolean) | undefined {
  const wanted = [...new Map(query.getAll('node-meta').map(splitMeta))];
  if (wanted.length === 0) return undefined;
  return ({ meta }) => wanted.every(([key, value]) => Object.hasOwn(meta, key) && meta[key] === value);
}

/** A test for instances that have every `?tag=` of a request, in whatever capitals. */
export function tagFilter({ query }: ConsulRequest): (instance: ServiceEntry) => boolean {
  const wanted = query.getAll('tag');
  return ({ tags }) => wanted.every((tag) => tags.some((each) => isSameName(each, tag)));
}

/**
 * Sorts by the distance from the node of `?near=`. Only the place of this agent's own node is known: near to it, it comes first and the
 * others keep their order.
 */
export function nearestFirst<T>(entries: readonly T[], { query }: ConsulRequest, own: string, nodeOf: (entry: T) => string): readonly T[] {
  const near = query.get('near') ?? '';
  if (near !== '_agent' && !isSameName(near, own)) return entries;
  const isNear = (entry: T) => nodeOf(entry) === own;
  return [...entries.filter(isNear), ...entries.filter((entry) => !isNear(entry))];
}

/** What can be reached by mesh as a service: its native instances, and proxies for it. */
export function connectInstances({ store }: CatalogSource, name: string): { index: number; instances: readonly ServiceEntry[] } {
  const { catalog } = store.state;
  const isFor = ({ kind, proxy }: ServiceEntry) => kind === 'connect-proxy' && isSameName(destinationOf(proxy), name);
  const proxies = [...catalog.allServices()].flatMap((named) => named.filter(isFor));
  const instances = [...catalog.instancesOf(name).filter(({ connect }) => connect?.Native === true), ...proxies];
  return { index: catalog.indexes().services, instances };
}

function destinationOf(proxy: ServiceEntry['proxy']): string {
  const name = proxy?.DestinationServiceName;
  return typeof name === 'string' ? name : '';
}

function splitMeta(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
