import { any, bool, int, struct, text } from '../go/decode.js';
import type { ServiceEntry } from '../store/entries.js';

/** What the registration of a service says of it, alike wherever it is registered. */
export const SERVICE_ADDRESS = struct({ name: 'ServiceAddress', type: 'structs.ServiceAddress', fields: { Address: text, Port: int } });
export const WEIGHTS = struct({ name: 'Weights', type: 'structs.Weights', fields: { Passing: int, Warning: int } });
export const LOCALITY = struct({ name: 'Locality', type: 'structs.Locality', fields: { Region: text, Zone: text } });
export const CONNECT = struct({
  name: '',
  type: 'struct { SidecarServiceSnake *structs.ServiceDefinition "json:\\"sidecar_service\\""; *structs.Alias }',
  embedded: 'Alias.',
  fields: { Native: bool, SidecarService: any },
  aliases: { sidecar_service: 'SidecarService' },
  ignoresUnknown: true,
  isSelfRead: true,
});

/** The weights of a service that says nothing of them. */
export const USUAL_WEIGHTS = { Passing: 1, Warning: 1 };

/** Weights are those of DNS. */
export const MAX_WEIGHT = 65_535;

/** Where Consul does not refuse weights that DNS cannot say, as the agent does, it takes the usual ones for them. */
export function weightsOrUsual(weights: ServiceEntry['weights']): ServiceEntry['weights'] {
  const { Passing, Warning } = weights;
  return Passing < 1 || Warning < 0 || Passing > MAX_WEIGHT || Warning > MAX_WEIGHT ? USUAL_WEIGHTS : weights;
}
