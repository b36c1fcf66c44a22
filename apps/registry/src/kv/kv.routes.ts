import { blockingQuery, type Read } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import { type ConsulRequest, type ConsulResponse, hasParam, indexParam, requireRest } from '../http/consul-request.js';
import type { Route } from '../http/router.js';
import type { DurableStore } from '../store/durable-store.js';
import { Topic } from '../store/topics.js';
import type { Interest } from '../store/watchers.js';
import { cutKeys, kvJson, kvListJson } from './kv-json.js';

const MAX_VALUE_BYTES = 512 * 1024;
const MAX_FLAGS = 2n ** 64n - 1n;
const EXCLUSIVE = ['cas', 'acquire', 'release'] as const;

/** `/v1/kv/`: keys and values. */
export function kvRoutes(store: DurableStore): Route[] {
  return [
    {
      path: '/v1/kv/',
      methods: {
        GET: (request) => get(store, request),
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

function get(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  const key = request.rest;
  if (hasParam(request, 'keys')) return blockingQuery(request, store.watchers, { keyPrefix: key }, readKeys(store, request));
  if (hasParam(request, 'recurse')) return blockingQuery(request, store.watchers, { keyPrefix: key }, readTree(store, key));
  const interest: Interest = { topics: [Topic.key(requireRest(request, 'Missing key name'))] };
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
      headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' },
    };
  };
}

function readTree({ state }: DurableStore, prefix: string): Read {
  return () => {
    const entries = [...state.kv.list(prefix)];
    const index = state.kv.indexBelow(prefix);
    return entries.length === 0 ? { status: 404, index } : { index, pieces: kvListJson(entries) };
  };
}

function readKeys({ state }: DurableStore, { rest: prefix, query }: ConsulRequest): Read {
  const separator = query.get('separator') ?? query.get('seperator') ?? '';
  return () => {
    const names = cutKeys(state.kv.list(prefix), prefix, separator);
    const index = state.kv.indexBelow(prefix);
    return names.length === 0 && prefix !== '' ? { status: 404, index } : { index, json: names };
  };
}

async function put(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  const key = requireRest(request, 'Missing key name');
  const exclusive = EXCLUSIVE.filter((name) => hasParam(request, name));
  if (exclusive.length > 1) throw new ConsulError(400, `Conflicting flags: ${exclusive.join(', ')}`);
  const session = request.query.get('acquire') ?? request.query.get('release');
  if (session !== null) throw new ConsulError(500, `invalid session "${session}"`);
  const cas = casOf(request);
  const value = request.body.length === 0 ? null : request.body.toString('base64');
  return { json: await store.propose({ type: 'kv-put', key, value, flags: flagsOf(request), ...(cas !== undefined && { cas }) }) };
}

async function remove(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  if (hasParam(request, 'recurse')) {
    if (hasParam(request, 'cas')) throw new ConsulError(400, 'Conflicting flags: recurse, cas');
    return { json: await store.propose({ type: 'kv-delete-tree', prefix: request.rest }) };
  }
  const key = requireRest(request, 'Missing key name');
  const cas = casOf(request);
  if (cas === 0) throw new ConsulError(400, 'Invalid cas value: must be greater than 0 to delete');
  return { json: await store.propose({ type: 'kv-delete', key, ...(cas !== undefined && { cas }) }) };
}

function casOf(request: ConsulRequest): number | undefined {
  const message = 'Invalid cas value: must be an unsigned number';
  if (request.query.get('cas') === '') throw new ConsulError(400, message);
  return indexParam(request, 'cas', message);
}

function flagsOf({ query }: ConsulRequest): string {
  const text = query.get('flags') ?? '';
  if (text === '') return '0';
  if (!/^\d{1,20}$/.test(text) || BigInt(text) > MAX_FLAGS) throw new ConsulError(400, 'Invalid flags: must be an unsigned 64-bit number');
  return String(BigInt(text));
}
