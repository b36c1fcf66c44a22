import { createServer } from 'node:net';
import { PLATFORM_PORTS, SERVICE_PORTS, type ServiceName } from '@app/contracts';
import { Failure, systemCode } from '../failure.ts';

/** Every port of a platform, by the part or the door that uses it. */
export type Ports = Record<keyof typeof SERVICE_PORTS | keyof typeof PLATFORM_PORTS, number>;

/** One port that a part is going to listen on. */
export interface PortUse {
  port: number;
  /** For people: `gateway`, `PostgreSQL`. */
  user: string;
  hosts: readonly string[];
  /** The variable that the hosts come from; SERVICE_HOST unless it is said. */
  hostVariable?: string;
}

/** All ports, `offset` above the documented ones. */
export function portsAt(offset: number): Ports {
  const shifted = Object.entries({ ...SERVICE_PORTS, ...PLATFORM_PORTS }).map(([name, port]) => [name, port + offset]);
  return Object.fromEntries(shifted) as Ports;
}

/** Where a service answers its management paths. */
export function managementPortOf(name: ServiceName, ports: Ports): number {
  return name === 'gateway' ? ports.gatewayManagement : ports[name];
}

/** Of the ports that browsers refuse to open (WHATWG Fetch, "bad port"), the only one that the gateway can have. */
const REFUSED_BY_BROWSERS = 10_080;

/** A sentence when no browser would open the gateway's port. */
export function warnOfRefusedPort({ gateway }: Ports): string | undefined {
  if (gateway !== REFUSED_BY_BROWSERS) return undefined;
  return `Warning: browsers refuse to open port ${gateway}, which the gateway has: choose another --port-offset to use the console.`;
}

const LOOK_AGAIN_MS = 200;

/** What to do about a taken port, as the options of a whole platform say it. */
const MOVE_ALL = 'choose other ports with --port-offset N';

/**
 * Makes sure that nobody listens where we are going to.
 *
 * @param patienceMs how long a taken port may take to become free
 * @param advice what else can be done than free it
 * @throws Failure that names every taken port and which part needs it
 */
export async function requireFreePorts(uses: readonly PortUse[], patienceMs = 0, advice = MOVE_ALL): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let taken = await findTaken(uses);
  while (taken.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    taken = await findTaken(uses);
  }
  if (taken.length === 0) return;
  const list = taken.map(({ port, user }) => `${port} (needed by ${user})`).join(', ');
  const [noun, verb, it] = taken.length === 1 ? ['Port', 'is', 'it'] : ['Ports', 'are', 'them'];
  throw new Failure(`${noun} ${list} ${verb} taken by another program: free ${it}, or ${advice}.`);
}

async function findTaken(uses: readonly PortUse[]): Promise<PortUse[]> {
  const taken: PortUse[] = [];
  for (const use of uses) {
    const free = await Promise.all(use.hosts.map((host) => isFree(use.port, host, use.hostVariable ?? 'SERVICE_HOST')));
    if (free.includes(false)) taken.push(use);
  }
  return taken;
}

/** A host that this machine does not have (no IPv6, say) has no taken ports. */
async function isFree(port: number, host: string, hostVariable: string): Promise<boolean> {
  try {
    await listenOnce(port, host);
    return true;
  } catch (error) {
    switch (systemCode(error)) {
      case 'EADDRINUSE':
        return false;
      case 'EADDRNOTAVAIL':
      case 'EAFNOSUPPORT':
        return true;
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        throw new Failure(`${hostVariable} is no address of this machine: ${host}.`);
      case 'EACCES':
        throw new Failure(`Port ${port} may not be listened on by this user.`);
      default:
        throw error;
    }
  }
}

function listenOnce(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true, ipv6Only: host.includes(':') }, () => {
      server.close(() => {
        resolve();
      });
    });
  });
}
