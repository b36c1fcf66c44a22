import { useConsul } from './consul-under-test.js';
import { faultOf, refusal } from './external-nodes.js';

const consul = useConsul();
let name: string;

beforeEach(() => {
  name = consul.name('event');
});

interface UserEvent {
  readonly ID: string;
  readonly Name: string;
  readonly LTime: number;
}

const fire = async (query = '', payload?: string) => (await consul.put(`/event/fire/${name}${query}`, payload)).json<UserEvent>();
const list = async (query = '') => (await consul.get(`/event/list?name=${name}${query}`)).json<UserEvent[]>();

/** Events come round by gossip: waits until as many are there. */
async function listOf(count: number): Promise<UserEvent[]> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await consul.get(`/event/list?name=${name}`);
    const events = answer.json<UserEvent[]>();
    if (events.length >= count) return events;
    if (Date.now() > deadline) throw new Error(`${events.length} of ${count} events came`);
    await consul.get(`/event/list?name=${name}&index=${String(answer.headers['x-consul-index'])}&wait=1s`);
  }
}

const shown = (more: object) => ({
  ID: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/) as string,
  Name: name,
  Payload: null,
  NodeFilter: '',
  ServiceFilter: '',
  TagFilter: '',
  Version: 1,
  LTime: 0,
  ...more,
});

/** That of a list which ends in the event of this id. */
function indexOf(id: string): string {
  const digits = id.replaceAll('-', '');
  return String(BigInt(`0x${digits.slice(0, 16)}`) ^ BigInt(`0x${digits.slice(16)}`));
}

it('an event is answered without a time, and listed with it', async () => {
  const bare = await fire();
  expect(bare).toEqual(shown({}));
  const full = await fire('', 'payload');
  expect(full).toEqual(shown({ Payload: 'cGF5bG9hZA==' }));
  const events = await listOf(2);
  expect(events).toEqual([
    shown({ ID: bare.ID, LTime: expect.any(Number) as number }),
    shown({ ...full, LTime: expect.any(Number) as number }),
  ]);
  expect(events[0]?.LTime).toBeGreaterThan(0);
  expect(events[1]?.LTime).toBeGreaterThan(events[0]?.LTime ?? 0);
});

it('the index of a list stands for the last event in it', async () => {
  const empty = await consul.get(`/event/list?name=${name}`);
  expect([empty.status, empty.json(), empty.headers['x-consul-index']]).toEqual([200, [], '1']);
  const { ID } = await fire();
  await listOf(1);
  const one = await consul.get(`/event/list?name=${name}`);
  expect(one.headers['x-consul-index']).toBe(indexOf(ID));
  expect(one.headers['x-consul-knownleader']).toBeUndefined();
});

it('a list waits for the next event of its name', async () => {
  const { ID } = await fire();
  await listOf(1);
  const waiting = consul.get(`/event/list?name=${name}&index=${indexOf(ID)}&wait=20s`);
  await consul.put(`/event/fire/${consul.name('other')}`);
  const next = await fire();
  const answer = await waiting;
  expect(answer.json<UserEvent[]>().map((event) => event.ID)).toEqual([ID, next.ID]);
  expect(answer.headers['x-consul-index']).toBe(indexOf(next.ID));
});

it('a list that waits in vain is answered unchanged', async () => {
  const { ID } = await fire();
  await listOf(1);
  const answer = await consul.get(`/event/list?name=${name}&index=${indexOf(ID)}&wait=100ms`);
  expect(answer.json<UserEvent[]>()).toHaveLength(1);
});

it('reaches only those that its filters mean', async () => {
  const service = consul.name('service');
  const [own] = (await consul.get('/catalog/nodes')).json<{ ID: string; Node: string }[]>().filter((node) => node.ID !== '');
  await consul.put('/agent/service/register', { Name: service, Tags: ['blue', 'big'] });
  const queries = [
    '?node=nobody',
    '?service=nothing',
    `?service=${service}&tag=red`,
    `?service=^${service}$&tag=^bl`,
    `?service=${service}`,
    `?node=${own?.Node}`,
    '?node=.',
  ];
  for (const query of queries) await fire(query);
  const events = await listOf(4);
  expect(events).toMatchObject([
    { ServiceFilter: `^${service}$`, TagFilter: '^bl' },
    { ServiceFilter: service },
    { NodeFilter: own?.Node },
    { NodeFilter: '.' },
  ]);
  await consul.put(`/agent/service/deregister/${service}`);
});

it('only the last 256 are remembered', async () => {
  for (let at = 0; at < 260; at++) await consul.put(`/event/fire/${name}?node=.`, String(at));
  const last = Buffer.from('259').toString('base64');
  const deadline = Date.now() + 20_000;
  let events: { Payload: string }[] = [];
  while (events.at(-1)?.Payload !== last && Date.now() < deadline) {
    events = (await consul.get('/event/list')).json<{ Payload: string }[]>();
  }
  expect(events).toHaveLength(256);
  expect(await list()).toHaveLength(256);
});

it('names may be paths', async () => {
  const answer = await consul.put(`/event/fire/${name}/a%20b`);
  expect(answer.json()).toMatchObject({ Name: `${name}/a b` });
});

it.each([
  ['/', '', 400, 'Missing name'],
  ['/x?tag=a', '', 500, 'Cannot provide tag filter without service filter'],
  ['/x?node=(', '', 500, 'Invalid node filter: error parsing regexp: missing closing ): `(`'],
  ['/x?node=*', '', 500, 'Invalid node filter: error parsing regexp: missing argument to repetition operator: `*`'],
  ['/x?node=%5C', '', 500, 'Invalid node filter: error parsing regexp: trailing backslash at end of expression: ``'],
  ['/x?service=(', '', 500, 'Invalid service filter: error parsing regexp: missing closing ): `(`'],
  ['/x?service=a&tag=(', '', 500, 'Invalid tag filter: error parsing regexp: missing closing ): `(`'],
  [
    '/x',
    'p'.repeat(301),
    413,
    'Event payload too large, received 301 bytes, max size: 300 bytes. User events should be kept small for efficient gossip propagation.',
  ],
  [`/${'n'.repeat(300)}`, '', 500, 'error broadcasting event: user event exceeds configured limit of 512 bytes before encoding'],
  [
    `/x?node=${'n'.repeat(420)}`,
    '',
    500,
    'error broadcasting event: encoded user event exceeds configured limit of 512 bytes after encoding',
  ],
])('PUT fire%s is refused', async (path, payload, status, text) => {
  expect(faultOf(await consul.put(`/event/fire${path}`, payload))).toEqual(refusal(status, text));
});

it('takes a payload of 300 bytes', async () => {
  const answer = await consul.put(`/event/fire/${name}`, 'p'.repeat(300));
  expect(answer.json()).toMatchObject({ Payload: Buffer.from('p'.repeat(300)).toString('base64') });
});

it('refuses other methods, and indexes that are none', async () => {
  for (const method of ['GET', 'POST']) {
    expect(faultOf(await consul.ask(method, '/event/fire/x'))).toEqual(refusal(405, `method ${method} not allowed`));
  }
  expect(faultOf(await consul.put('/event/list'))).toEqual(refusal(405, 'method PUT not allowed'));
  expect(faultOf(await consul.get('/event/list?index=x'))).toEqual(refusal(400, 'Invalid index'));
});
