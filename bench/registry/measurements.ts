import { cpuOf, type MeasuredAgent } from './agents.ts';
import { Connection, encode } from './connection.ts';
import { KeyWatchers, type Rate, sendLoad, type Until, type Wakes } from './load.ts';

export const SERVICES = 500;
export const INSTANCES = 10;
export const KEYS = 5_000;
export const WATCHERS = 1_000;
const CONNECTIONS = 64;
const NAME = 'bench-registry';

/** What one slice of load came to. */
export interface Slice extends Rate {
  /** What the server used for a request, in µs; undefined when its process is not known. Other work on the machine hardly shows in it. */
  readonly cpuMicros: number | undefined;
}

/** Something that is measured on every agent, a few times in turn. */
export interface Measurement {
  readonly name: string;
  readonly measure: (load: AgentLoad, seconds: number) => Promise<Slice>;
}

/** The load on one agent, and what it has put there. */
export class AgentLoad {
  private puts = 0;
  private flips = 0;
  private watchers: KeyWatchers | undefined;
  private readonly opened: Connection[] = [];

  readonly agent: MeasuredAgent;
  private readonly connections: readonly Connection[];

  private constructor(agent: MeasuredAgent, connections: readonly Connection[]) {
    this.agent = agent;
    this.connections = connections;
  }

  static async begin(agent: MeasuredAgent): Promise<AgentLoad> {
    return new AgentLoad(agent, await Connection.openMany(agent.address, CONNECTIONS));
  }

  /** Registers all services; those that are there are registered as they are. */
  register = () => this.sendAll(SERVICES, (n) => encode('PUT', '/v1/agent/service/register', registration(n)));

  deregister = () => this.sendAll(SERVICES, (n) => encode('PUT', `/v1/agent/service/deregister/${idOf(n)}`));

  /** A heartbeat that changes nothing after the first of each check. */
  pass = (seconds: number) => this.sendFor(seconds, (n) => encode('PUT', `/v1/agent/check/pass/service:${idOf(n % SERVICES)}`));

  /** Each changes the status of a check: all passing, all critical and so on. */
  flip = (seconds: number) =>
    this.sendFor(seconds, () => {
      const n = this.flips++;
      const status = Math.floor(n / SERVICES) % 2 === 0 ? 'fail' : 'pass';
      return encode('PUT', `/v1/agent/check/${status}/service:${idOf(n % SERVICES)}`);
    });

  lookUp = (seconds: number) => this.sendFor(seconds, (n) => encode('GET', `/v1/health/service/${nameOf(n % SERVICES)}`));

  fill = () => this.sendAll(KEYS, (n) => encode('PUT', `/v1/kv/${keyOf(n)}`, valueOf(n)));

  /** Each changes a value. */
  put = (seconds: number) =>
    this.sendFor(seconds, () => {
      const n = KEYS + this.puts++;
      return encode('PUT', `/v1/kv/${keyOf(n % KEYS)}`, valueOf(n));
    });

  get = (seconds: number) => this.sendFor(seconds, (n) => encode('GET', `/v1/kv/${keyOf((n * 7) % KEYS)}`));

  /** Fewer connections: the answers are long, and registries bound how much of them is under way. */
  recurse = (seconds: number) => this.sendFor(seconds, () => encode('GET', `/v1/kv/${NAME}/?recurse`), 4);

  /** Opens the connections of the watchers and lets them wait once, so that what they cost shows in the memory. */
  async openWatchers(): Promise<void> {
    const [writer, ...watching] = await Connection.openMany(this.agent.address, WATCHERS + 1);
    if (writer === undefined) return;
    this.opened.push(writer, ...watching);
    const path = `/v1/kv/${NAME}-watched`;
    await writer.ask(encode('PUT', path, 'first'));
    this.watchers = new KeyWatchers(watching, writer, {
      read: (query) => encode('GET', `${path}?watch${query}`),
      write: (value) => encode('PUT', path, value),
    });
  }

  /** @param whileWaiting is done while all wait */
  wake(whileWaiting: () => void): Promise<Wakes> {
    if (this.watchers === undefined) throw new Error('Nobody watches');
    return this.watchers.wake(whileWaiting);
  }

  /** Removes what was put there. */
  async end(): Promise<void> {
    for (const connection of this.opened) connection.close();
    await this.deregister();
    await this.sendAll(1, () => encode('DELETE', `/v1/kv/${NAME}?recurse`));
    for (const connection of this.connections) connection.close();
  }

  private sendAll(requests: number, request: (n: number) => string): Promise<Slice> {
    return this.send(this.connections, { requests }, request);
  }

  private sendFor(seconds: number, request: (n: number) => string, connections = CONNECTIONS): Promise<Slice> {
    return this.send(this.connections.slice(0, connections), { seconds }, request);
  }

  private async send(connections: readonly Connection[], until: Until, request: (n: number) => string): Promise<Slice> {
    const before = cpuOf(this.agent);
    const rate = await sendLoad(connections, until, request);
    const after = cpuOf(this.agent);
    return { ...rate, cpuMicros: before === undefined || after === undefined ? undefined : ((after - before) / rate.requests) * 1e6 };
  }
}

/** In this order: each finds what the ones before it have left. */
export const MEASUREMENTS: readonly Measurement[] = [
  { name: 'register a service with a TTL check', measure: (load) => load.deregister().then(load.register) },
  { name: 'TTL pass', measure: (load, seconds) => load.pass(seconds) },
  { name: 'flip the state of a check', measure: (load, seconds) => load.flip(seconds) },
  { name: `health of a service, ${INSTANCES} instances`, measure: (load, seconds) => load.lookUp(seconds) },
  { name: 'KV put', measure: (load, seconds) => load.put(seconds) },
  { name: 'KV get', measure: (load, seconds) => load.get(seconds) },
  { name: `KV recurse, ${KEYS} keys`, measure: (load, seconds) => load.recurse(seconds) },
];

function registration(n: number): string {
  return JSON.stringify({
    ID: idOf(n),
    Name: nameOf(n),
    Tags: ['v1', 'zone=a'],
    Meta: { version: '1.0', zone: 'a' },
    Address: `10.0.${Math.floor(n / 250)}.${n % 250}`,
    Port: 8_000 + n,
    // Longer than a run: no status changes by itself.
    Check: { TTL: '30m' },
  });
}

function idOf(n: number): string {
  return `${NAME}-${n}`;
}

function nameOf(n: number): string {
  return `${NAME}-${n % (SERVICES / INSTANCES)}`;
}

function keyOf(n: number): string {
  return `${NAME}/application-${n % 50}/key-${n}`;
}

/** 100 bytes. */
function valueOf(n: number): string {
  return String(n).padEnd(100, '.');
}
