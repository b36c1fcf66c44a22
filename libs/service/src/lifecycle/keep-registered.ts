import { readFileSync } from 'node:fs';
import { ServiceMeta } from '@app/contracts';
import { DiscoveryService, type InstanceStatus } from '@app/discovery';
import { type HealthReport, HealthRegistry } from '@app/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { ServiceLifecycle } from './service-lifecycle.js';

/** How the service appears in the registry. */
export interface Appearance {
  service: string;
  address: string;
  port: number;
  expose: boolean;
}

/** A registration that is made as soon as the service is ready. */
export interface Registered {
  /** Takes the instance out of the lists, gives those who hold one time to learn of it, then takes it out of the registry; never rejects. */
  end(): Promise<void>;
}

/** Of a service that nobody is to find. */
export const NOT_REGISTERED: Registered = { end: () => Promise.resolve() };

/** Readiness is asked for this often until it is there, in ms. */
const READY_POLL_MS = 200;
/**
 * A drained instance still listens until it has had no new request for so long, in ms: the registry tells the watchers of its lists at once, and until
 * the news has reached the last of them they send requests here.
 */
const QUIET_MS = 300;
/** The longest wait for that, in ms: there may be callers that ask no registry. */
const LONGEST_NOTICE_MS = 2_000;
/** The health check that is up once the first registration was tried. */
const OWN_CHECK = 'registration';
/** The version of the platform; in `Meta.version` of each registration. */
const { version: VERSION } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/**
 * Registers the service in the background once every other check is up, and makes it ready then; the start waits for neither. From then on
 * the registry is told what the checks say.
 */
export function keepRegistered(app: INestApplicationContext, appearance: Appearance): Registered {
  const discovery = app.get(DiscoveryService);
  const health = app.get(HealthRegistry);
  const lifecycle = app.get(ServiceLifecycle);
  const { service, address, port, expose } = appearance;
  const meta = { [ServiceMeta.Version]: VERSION, ...(expose && { [ServiceMeta.GatewayExpose]: 'true' }) };
  const status = async () => statusOf(await health.report());
  let isEnding = false;
  let timer: NodeJS.Timeout | undefined;
  let registering: Promise<void> = Promise.resolve();
  let isTried = false;
  // Whoever waits for this service to be ready wants others to find it, too; a registry that is away does not count against it.
  health.register(OWN_CHECK, () => (isTried ? { status: 'up' } : { status: 'down', detail: 'not registered yet' }));
  const attempt = async () => {
    const { status: readiness } = await status();
    if (isEnding) return;
    if (readiness === 'up') {
      await discovery.register({ service, address, port, meta, status });
      isTried = true;
    } else
      timer = setTimeout(() => {
        registering = attempt();
      }, READY_POLL_MS);
  };
  registering = attempt();
  return {
    async end() {
      isEnding = true;
      clearTimeout(timer);
      await registering;
      await discovery.drain();
      if (discovery.isRegistered) await lifecycle.quiet(QUIET_MS, LONGEST_NOTICE_MS);
      await discovery.deregister();
    },
  };
}

/** What the registry is told: down with the checks that are. */
function statusOf({ checks }: HealthReport): InstanceStatus {
  const down = Object.entries(checks).filter(([name, check]) => name !== OWN_CHECK && check.status === 'down');
  if (down.length === 0) return { status: 'up' };
  return { status: 'down', note: down.map(([name, { detail }]) => (detail === undefined ? name : `${name}: ${detail}`)).join('; ') };
}
