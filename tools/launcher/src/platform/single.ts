import { join } from 'node:path';
import { PLATFORM_PORTS, SERVICE_PORTS, type ServiceName } from '@app/contracts';
import { Checkout } from '../checkout.ts';
import { Failure } from '../failure.ts';
import { openStateFolder, removeIfEmpty, requireDiskSpace } from './data-folder.ts';
import { LOOPBACK } from './platform.ts';
import type { PortUse } from './ports.ts';

const MAX_PORT = 65_535;
const DEFAULT_STATE = join(Checkout.defaultData, 'registry');

type Environment = Readonly<Record<string, string | undefined>>;

/** What is known of a start of one service. */
export interface SingleWish {
  name: ServiceName;
  /** What was said with `--port` and `--data`; undefined: nothing. */
  port: number | undefined;
  data: string | undefined;
  /** With which the platform of the data folder runs the service; undefined: there is no such platform. */
  joined: Readonly<Record<string, string>> | undefined;
  /** Ours. */
  environment: Environment;
}

/** How one service is started. */
export interface SingleStart {
  /** Its whole environment: what was said counts most, then ours, then what it needs to run here. */
  environment: Environment;
  ports: readonly PortUse[];
  /** For people, once it listens. */
  describe: (listening: { port: number; managementPort: number }) => string;
  /** Takes back what was made for it, where it came to nothing. */
  takeBack: () => Promise<void>;
}

const nothing = () => Promise.resolve();

/** Services that have a way of their own to run with nothing else; the others listen where they are told to and find the rest in their environment. */
const WAYS: Partial<Record<ServiceName, (wish: SingleWish) => Promise<SingleStart>>> = { registry: planRegistry };

/**
 * Works out how to start one service alone, and makes sure that it can use what it needs.
 *
 * @throws Failure with one sentence
 */
export async function planSingleStart(wish: SingleWish): Promise<SingleStart> {
  // As the services have it: an empty variable counts as not set.
  const environment = Object.fromEntries(Object.entries(wish.environment).filter(([, value]) => isGiven(value)));
  return (WAYS[wish.name] ?? planAny)({ ...wish, environment });
}

function planAny({ name, port, joined, environment: ours }: SingleWish): Promise<SingleStart> {
  const environment: Environment = { ...joined, ...ours, ...(port !== undefined && { SERVICE_PORT: String(port) }) };
  const listensOn = portIn(environment, 'SERVICE_PORT', SERVICE_PORTS[name]);
  return Promise.resolve({
    environment,
    ports: [{ port: listensOn, user: name, hosts: [LOOPBACK] }],
    takeBack: nothing,
    describe: ({ port: listening }) =>
      `${name} listens on ${addressOf({ host: environment.SERVICE_HOST, port: listening })}${reachOf(environment.SERVICE_HOST)}. Ctrl-C stops it.`,
  });
}

async function planRegistry(wish: SingleWish): Promise<SingleStart> {
  const environment = registryEnvironment(wish);
  const health: PortUse = {
    port: portIn(environment, 'SERVICE_PORT', SERVICE_PORTS.registry),
    user: 'registry, for its health',
    hosts: [LOOPBACK],
  };
  const describe = (what: string): SingleStart['describe'] => {
    return ({ managementPort }) => `${what}, health on http://${LOOPBACK}:${managementPort}/health/ready. Ctrl-C stops it.`;
  };
  if (environment.REGISTRY_CONSUL === 'external') {
    return { environment, ports: [health], describe: describe('Registry without a Consul of its own'), takeBack: nothing };
  }
  const folder = environment.REGISTRY_DATA_DIR ?? DEFAULT_STATE;
  const { host, port } = consulOf(environment);
  const { made } = await openStateFolder(folder);
  await requireDiskSpace(folder);
  const consul: PortUse = { port, user: 'registry, for Consul', hosts: [host], hostVariable: 'CONSUL_HOST' };
  return {
    environment,
    ports: [consul, health],
    describe: describe(`Consul API on ${addressOf({ host, port })}${reachOf(host)}, data in ${folder}`),
    takeBack: made ? () => removeIfEmpty(folder) : nothing,
  };
}

/**
 * A Consul agent as a product of its own: an empty catalogue and empty keys, no trace store, and its health on any free port, so that
 * only the one port is taken.
 */
function registryEnvironment({ port, data, joined, environment: ours }: SingleWish): Environment {
  const folder = data ?? DEFAULT_STATE;
  const alone = {
    SERVICE_PORT: '0',
    SERVICE_REGISTER: 'false',
    REGISTRY_DATA_DIR: folder,
    REGISTRY_ZIPKIN: isGiven(ours.ZIPKIN_PORT) ? 'embedded' : 'external',
    ZIPKIN_URL: '',
    CONFIG_DIR: join(folder, 'config'),
  };
  const said = {
    ...(port !== undefined && { CONSUL_PORT: String(port), REGISTRY_CONSUL: 'embedded' }),
    ...(data !== undefined && joined === undefined && { REGISTRY_DATA_DIR: folder }),
  };
  const environment: Environment = { ...(joined ?? alone), ...ours, ...said };
  const isItsOwn = environment.REGISTRY_CONSUL !== 'external' && (port !== undefined || !isGiven(environment.CONSUL_HTTP_ADDR));
  // It reads its own configuration from the keys that it holds itself.
  return isItsOwn ? { ...environment, CONSUL_HTTP_ADDR: addressOf(consulOf(environment)) } : environment;
}

function consulOf(environment: Environment): { host: string; port: number } {
  return { host: environment.CONSUL_HOST ?? LOOPBACK, port: portIn(environment, 'CONSUL_PORT', PLATFORM_PORTS.consul) };
}

/** @throws Failure that names the variable: what asks whether a port is free takes nothing else than a port */
function portIn(environment: Environment, variable: string, otherwise: number): number {
  const text = environment[variable] ?? String(otherwise);
  if (!/^\d+$/.test(text) || Number(text) > MAX_PORT)
    throw new Failure(`${variable} must be a whole number up to ${MAX_PORT}, not "${text}".`);
  return Number(text);
}

function addressOf({ host, port }: { host: string | undefined; port: number }): string {
  return `http://${hostOf(host)}:${port}`;
}

/** As it stands in an address; one that stands for all of them is reached through the loopback. */
function hostOf(host = LOOPBACK): string {
  if (standsForAll(host)) return LOOPBACK;
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** What an address does not show. */
function reachOf(host = LOOPBACK): string {
  return standsForAll(host) ? ' and every other address of this machine' : '';
}

function standsForAll(host: string): boolean {
  return /^\[?[0:.]+\]?$/.test(host);
}

function isGiven(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
