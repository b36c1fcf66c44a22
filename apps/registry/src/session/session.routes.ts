import { randomUUID } from 'node:crypto';
import { communityOnly } from '../agent/community-only.js';
import { blockingQuery } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import { type ConsulRequest, type ConsulResponse, requireRest } from '../http/consul-request.js';
import type { Route } from '../http/router.js';
import type { DurableStore } from '../store/durable-store.js';
import type { SessionEntry } from '../store/entries.js';
import { Topic } from '../store/topics.js';
import { decodeSession } from './session-definition.js';
import type { SessionExpiry } from './session-expiry.js';
import { sessionsJson } from './session-json.js';

const NO_SESSION = 'Missing session';

/** `/v1/session/`: who may hold keys. */
export function sessionRoutes(store: DurableStore, expiry: SessionExpiry, ownNode: string): Route[] {
  return [
    { path: '/v1/session/create', methods: { PUT: communityOnly((request) => create(store, expiry, ownNode, request)) } },
    { path: '/v1/session/destroy/', methods: { PUT: communityOnly((request) => destroy(store, request)) } },
    { path: '/v1/session/renew/', methods: { PUT: communityOnly((request) => renew(store, expiry, request)) } },
    { path: '/v1/session/info/', methods: { GET: communityOnly((request) => info(store, request)) } },
    { path: '/v1/session/node/', methods: { GET: communityOnly((request) => onNode(store, request)) } },
    {
      path: '/v1/session/list',
      methods: { GET: communityOnly((request) => list(store, request, Topic.Sessions, () => store.state.sessions.all())) },
    },
  ];
}

async function create(store: DurableStore, expiry: SessionExpiry, ownNode: string, { body }: ConsulRequest): Promise<ConsulResponse> {
  const session = { id: randomUUID(), ...decodeSession(body, ownNode) };
  await store.propose({ type: 'session-create', session });
  expiry.watch(session);
  return { json: { ID: session.id } };
}

async function destroy(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  const id = requireRest(request, NO_SESSION);
  if (store.state.sessions.get(id) !== undefined) await store.propose({ type: 'session-destroy', id });
  return { json: true };
}

function renew({ state }: DurableStore, expiry: SessionExpiry, request: ConsulRequest): ConsulResponse {
  const id = requireRest(request, NO_SESSION);
  const session = state.sessions.get(id);
  if (session === undefined) throw new ConsulError(404, `Session id '${id}' not found`);
  expiry.renew(session.id);
  return { json: sessionsJson([session]) };
}

function info(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  const id = requireRest(request, NO_SESSION).toLowerCase();
  return list(store, request, Topic.session(id), () => {
    const session = store.state.sessions.get(id);
    return session === undefined ? [] : [session];
  });
}

function onNode(store: DurableStore, request: ConsulRequest): Promise<ConsulResponse> {
  const node = requireRest(request, 'Missing node name');
  return list(store, request, Topic.Sessions, () => store.state.sessions.onNode(node));
}

function list({ state, watchers }: DurableStore, request: ConsulRequest, topic: string, read: () => Iterable<SessionEntry>) {
  return blockingQuery(request, watchers, { topics: [topic] }, () => ({ index: state.sessions.index, json: sessionsJson(read()) }));
}
