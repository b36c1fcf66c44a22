import { defineConfig, type LiveConfig } from '@app/config';
import { z } from 'zod';
import { BALANCING_STRATEGIES } from './balancing/balancer.types.js';
import type { BalancingSettings } from './balancing/roster.js';

/** How instances of other services are found and chosen. */
export const discoveryConfig = defineConfig(
  'discovery',
  z.object({
    strategy: z
      .enum(BALANCING_STRATEGIES)
      .default('least-pending')
      .meta({ description: 'How an instance is chosen: `least-pending` (fewest requests under way), `round-robin` or `weighted`' }),
    zone: z.string().min(1).max(64).optional().meta({
      description: 'The zone of this process, in the metadata of its registration, which is made again when it changes; absent = none',
    }),
    preferZone: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether instances of the own zone come first; others are asked when it has none' }),
    lostStateGraceMs: z.int().min(0).max(3_600_000).default(30_000).meta({
      description: 'A registry that comes back without instances that it had: these are kept for so long, ms; 0 = not at all',
    }),
    services: z
      .record(z.string().min(1), z.strictObject({ strategy: z.enum(BALANCING_STRATEGIES).optional(), preferZone: z.boolean().optional() }))
      .default({})
      .meta({ description: 'By service: `strategy` and `preferZone` where they differ from the above' }),
  }),
);

/** Values of {@link discoveryConfig}. */
export type DiscoveryConfig = z.infer<typeof discoveryConfig.schema>;

/** The configuration of discovery as it changes. */
export type LiveDiscoveryConfig = Pick<LiveConfig<DiscoveryConfig>, 'value' | 'onChange'>;

/** How the instances of a service are chosen. */
export function balancingOf(service: string, config: DiscoveryConfig): BalancingSettings {
  const own = Object.hasOwn(config.services, service) ? config.services[service] : undefined;
  const prefersZone = own?.preferZone ?? config.preferZone;
  return { strategy: own?.strategy ?? config.strategy, zone: prefersZone ? config.zone : undefined };
}
