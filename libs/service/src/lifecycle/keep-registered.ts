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
/** The version of the platform; in `Meta.version` of each registration. */
const { version: VERSION } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/**
 * Registers the service in the background once `/health/ready` would answer 200; the start waits for neither. From then on the registry
 * is told what the checks say.
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
  const attempt = async () => {
    const { status: readiness } = await health.report();
    if (isEnding) return;
    if (readiness === 'up') await discovery.register({ service, address, port, meta, status });
    else
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
function statusOf({ status, checks }: HealthReport): InstanceStatus {
  if (status === 'up') return { status };
  const reasons = Object.entries(checks).filter(([, check]) => check.status === 'down');
  return { status, note: reasons.map(([name, { detail }]) => (detail === undefined ? name : `${name}: ${detail}`)).join('; ') };
}
