import { readFileSync } from 'node:fs';
import { ServiceMeta } from '@app/contracts';
import { DiscoveryService } from '@app/discovery';
import { HealthRegistry } from '@app/telemetry';
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
  /** Takes the instance out of the lists, then out of the registry; never rejects. */
  end(): Promise<void>;
}

/** Readiness is asked for this often until it is there, in ms. */
const READY_POLL_MS = 200;
/** The version of the platform; in `Meta.version` of each registration. */
const { version: VERSION } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Registers the service in the background once `/health/ready` would answer 200; the start waits for neither. */
export function keepRegistered(app: INestApplicationContext, appearance: Appearance): Registered {
  const discovery = app.get(DiscoveryService);
  const health = app.get(HealthRegistry);
  const { service, address, port, expose } = appearance;
  const meta = { [ServiceMeta.Version]: VERSION, ...(expose && { [ServiceMeta.GatewayExpose]: 'true' }) };
  let isEnding = false;
  let timer: NodeJS.Timeout | undefined;
  let registering: Promise<void> = Promise.resolve();
  const attempt = async () => {
    const { status } = await health.report();
    if (isEnding) return;
    if (status === 'up') await discovery.register({ service, address, port, meta });
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
      await discovery.deregister();
    },
  };
}
