import { randomUUID } from 'node:crypto';
import type { RE2JS } from 're2js';
import { FilterWork } from '../filter/filter-work.js';
import { compilePattern } from '../filter/pattern.js';
import { parseBlocking, readWhenNew } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import { type ConsulRequest, requireRest } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import { Topic } from '../store/topics.js';
import type { Watchers } from '../store/watchers.js';
import { type EventLog, indexOfEvent, sizeFault, type UserEvent } from './event-log.js';

/** Who on this node may be meant by an event. */
export interface EventAudience {
  readonly nodeName: string;
  /** The services that are registered with this agent. */
  services(): Iterable<{ readonly name: string; readonly tags: readonly string[] }>;
}

/** What the event endpoints work with. */
export interface EventSource {
  readonly log: EventLog;
  readonly watchers: Watchers;
  readonly audience: EventAudience;
}

type Fired = Omit<UserEvent, 'lTime'>;

const MAX_PAYLOAD_BYTES = 300;
const INDEX_HEADER = 'x-consul-index';

/** `/v1/event/`: short messages to whoever listens, kept in memory only. */
export function eventRoutes(source: EventSource): Route[] {
  return [
    { path: '/v1/event/fire/', methods: { PUT: fire(source) }, body: { limit: MAX_PAYLOAD_BYTES, tooLarge: payloadTooLarge } },
    { path: '/v1/event/list', methods: { GET: list(source) } },
  ];
}

function payloadTooLarge(bytes: number): string {
  const sizes = `received ${bytes} bytes, max size: ${MAX_PAYLOAD_BYTES} bytes`;
  return `Event payload too large, ${sizes}. User events should be kept small for efficient gossip propagation.`;
}

function fire({ log, watchers, audience }: EventSource): Handler {
  return (request) => {
    const { event, meant } = decodeEvent(request);
    if (isFor(meant, audience)) {
      log.add(event);
      watchers.wake(new Set([Topic.Events]));
    }
    // Told before it has come round: it has no time yet.
    return { json: eventJson({ ...event, lTime: 0 }) };
  };
}

/** Who is meant by an event; undefined = whoever. */
interface Meant {
  readonly node: RE2JS | undefined;
  readonly service: RE2JS | undefined;
  readonly tag: RE2JS | undefined;
}

function decodeEvent(request: ConsulRequest): { event: Fired; meant: Meant } {
  const { query, body } = request;
  const name = requireRest(request, 'Missing name');
  const filters = {
    nodeFilter: query.get('node') ?? '',
    serviceFilter: query.get('service') ?? '',
    tagFilter: query.get('tag') ?? '',
  };
  const { nodeFilter, serviceFilter, tagFilter } = filters;
  if (tagFilter !== '' && serviceFilter === '') throw new ConsulError(500, 'Cannot provide tag filter without service filter');
  const meant = { node: compile(nodeFilter, 'node'), service: compile(serviceFilter, 'service'), tag: compile(tagFilter, 'tag') };
  const fault = sizeFault(name, [body.length, ...Object.values(filters).map((filter) => Buffer.byteLength(filter))]);
  if (fault !== undefined) throw new ConsulError(500, `error broadcasting event: ${fault}`);
  return { event: { id: randomUUID(), name, payload: body.length === 0 ? null : body.toString('base64'), ...filters }, meant };
}

function compile(pattern: string, filter: string): RE2JS | undefined {
  if (pattern === '') return undefined;
  const compiled = compilePattern(pattern, (size) => new FilterWork().spendOnPattern(size));
  if (typeof compiled === 'string') throw new ConsulError(500, `Invalid ${filter} filter: ${compiled}`);
  return compiled;
}

function isFor({ node, service, tag }: Meant, audience: EventAudience): boolean {
  const work = new FilterWork();
  const fits = (pattern: RE2JS | undefined, text: string) => {
    if (pattern === undefined) return true;
    work.spend(pattern.programSize() * (text.length + 1));
    return pattern.test(text);
  };
  return work.time(() => {
    if (!fits(node, audience.nodeName)) return false;
    if (service === undefined) return true;
    for (const { name, tags } of audience.services()) {
      if (fits(service, name) && (tag === undefined || tags.some((each) => fits(tag, each)))) return true;
    }
    return false;
  });
}

function list({ log, watchers }: EventSource): Handler {
  return async (request) => {
    const { waitMs } = parseBlocking(request);
    const name = request.query.get('name') ?? '';
    const known = indexOf(request);
    const read = () => {
      const events = log.list(name);
      const last = events.at(-1);
      const index = last === undefined ? 1n : indexOfEvent(last.id);
      return { json: events.map(eventJson), headers: { [INDEX_HEADER]: String(index) } };
    };
    const isNew = ({ headers }: ReturnType<typeof read>) => headers[INDEX_HEADER] !== known;
    const interest = { topics: [Topic.Events] };
    return await readWhenNew(request, watchers, { interest, waitMs, read, isNew: known === undefined ? undefined : isNew });
  };
}

/** The index that the client knows: of 64 bits, more than a number holds; undefined = it does not wait. */
function indexOf({ query }: ConsulRequest): string | undefined {
  const index = BigInt(query.get('index') ?? '0');
  return index === 0n ? undefined : String(index);
}

function eventJson(event: UserEvent) {
  return {
    ID: event.id,
    Name: event.name,
    Payload: event.payload,
    NodeFilter: event.nodeFilter,
    ServiceFilter: event.serviceFilter,
    TagFilter: event.tagFilter,
    Version: 1,
    LTime: event.lTime,
  };
}
