import { refuseEnterprise } from '../catalog/enterprise.js';
import { blockingQuery, type Read } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import { type ConsulRequest, type ConsulResponse, hasParam, requireRest } from '../http/consul-request.js';
import type { Route } from '../http/router.js';
import type { DurableStore } from '../store/durable-store.js';
import { Topic } from '../store/topics.js';
import type { Interest } from '../store/watchers.js';
import { HotTrees } from './hot-trees.js';
import { cutKeys, kvJson } from './kv-json.js';
import { keyOf } from './kv-key.js';

const MAX_VALUE_BYTES = 512 * 1024;
const MAX_UINT64 = 2n ** 64n - 1n;
const EXCLUSIVE = ['cas', 'acquire', 'release'] as const;
/** Longer numbers are not even read: that would take time. */
const MAX_DIGITS = 100;
const NO_KEY = 'Missing key name';

/** `/v1/kv/`: keys and values. */
export function kvRoutes(store: DurableStore): Route[] {
  const trees = new HotTrees(store.state.kv, store.watchers);
  return [
    {
      path: '/v1/kv/',
      methods: {
        GET: (request) => get(store, trees, request),
        PUT: (request) => put(store, request),
        DELETE: (request) => remove(store, request),
      },
      body: {
        limit: MAX_VALUE_BYTES,
        tooLarge: (bytes) =>
          `Request body(${bytes} bytes) too large, max size: ${MAX_VALUE_BYTES} bytes. ` +
          'See https://developer.hashicorp.com/docs/agent/config/config-files#kv_max_value_size.',
      },
    },
  ];
}

function get(store: DurableStore, trees: HotTrees, request: ConsulRequest): Promise<ConsulResponse> {
  const key = keyOf(request.rest);
  if (!hasParam(request, 'keys') && !hasParam(request, 'recurse')) requireRest(request, NO_KEY);
  refuseEnterprise(request);
  const readBelow = hasParam(request, 'keys')
    ? readKeys(trees, key, request)
    : hasParam(request, 'recurse')
      ? readTree(trees, key)
      : undefined;
  if (readBelow !== undefined) {
    return blockingQuery(request, store.watchers, { keyPrefix: key }, readBelow, () => trees.below(key).index);
  }
  const interest: Interest = { topics: [Topic.key(key)] };
  return blockingQuery(request, store.watchers, interest, hasParam(request, 'raw') ? readRaw(store, key) : readOne(store, key));
}

function readOne({ state }: DurableStore, key: string): Read {
  return () => {
    const entry = state.kv.get(key);
    const index = state.kv.indexOf(key);
    return entry === undefined ? { status: 404, index } : { index, text: `[${kvJson(entry)}]` };
  };
}

function readRaw({ state }: DurableStore, key: string): Read {
  return () => {
    const entry = state.kv.get(key);
    const index = state.kv.indexOf(key);
    if (entry === undefined) return { status: 404, index };
    return {
      index,
      text: Buffer.from(entry.value ?? '', 'base64'),
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' },
    };
  };
}

function readTree(trees: HotTrees, prefix: string): Read {
  return () => {
    const { index, entries, list } = trees.below(prefix);
    return entries.length === 0 ? { status: 404, index } : { index, pieces: list };
  };
}

function readKeys(trees: HotTrees, prefix: string, { query }: ConsulRequest): Read {
  // An empty one under the right name leaves room for one under the misspelt name.
  const separator = [query.get('separator'), query.get('seperator')].find((text) => text !== null && text !== '') ?? '';
  return () => {
    const { index, entries } = trees.below(prefix);
    const names = cutKeys(entries, prefix, separator);
    return names.length === 0 && prefix !== '' ? { status: 404, index } : { index, json: names };
  };
}

async function put(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  const key = keyOf(requireRest(request, NO_KEY));
  refuseEnterprise(request);
  const { query, body } = request;
  if (EXCLUSIVE.filter((name) => query.has(name)).length > 1) throw conflictingFlags(query);
  const value = body.length === 0 ? null : body.toString('base64');
  const flags = String(uint64Param(query, 'flags') ?? 0);
  const cas = uint64Param(query, 'cas');
  const acquire = query.get('acquire');
  const release = query.get('release');
  const condition = {
    ...(cas !== undefined && { cas: Number(cas) }),
    ...(acquire !== null && { acquire }),
    ...(release !== null && { release }),
  };
  return { json: await store.propose({ type: 'kv-put', key, value, flags, ...condition }) };
}

async function remove(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  const key = keyOf(request.rest);
  refuseEnterprise(request);
  const { query } = request;
  if (!query.has('recurse')) requireRest(request, NO_KEY);
  if (query.has('recurse')) {
    if (query.has('cas')) throw conflictingFlags(query);
    return { json: await store.propose({ type: 'kv-delete-tree', prefix: key }) };
  }
  const cas = uint64Param(query, 'cas');
  return { json: await store.propose({ type: 'kv-delete', key, ...(cas !== undefined && { cas: Number(cas) }) }) };
}

function conflictingFlags(query: URLSearchParams): ConsulError {
  const sorted = new URLSearchParams(query);
  sorted.sort();
  return new ConsulError(400, `Conflicting flags: ${sorted.toString()}\n`);
}

/** @throws ConsulError 500 with Go's text when it is there and not an unsigned 64-bit number */
function uint64Param(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const parsing = `strconv.ParseUint: parsing ${JSON.stringify(text)}`;
  if (!/^\d+$/.test(text)) throw new ConsulError(500, `${parsing}: invalid syntax`);
  const value = text.length > MAX_DIGITS ? MAX_UINT64 + 1n : BigInt(text);
  if (value > MAX_UINT64) throw new ConsulError(500, `${parsing}: value out of range`);
  return value;
}
