import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceMeta } from '@app/contracts';
import { DiscoveryService, type InstanceStatus } from '@app/discovery';
import { type HealthReport, HealthRegistry } from '@app/telemetry';
import type { INestApplicationContext } from '@nestjs/common';

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

/** Readiness is asked for this often until it is there, in ms. */
const READY_POLL_MS = 200;
/**
 * How long a drained instance still listens, in ms: the registry tells the watchers of its lists at once, and until its answer has reached
 * them they send requests here.
 */
const NOTICE_MS = 300;
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
      if (discovery.isRegistered) await delay(NOTICE_MS);
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
