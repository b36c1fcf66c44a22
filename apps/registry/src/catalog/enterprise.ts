import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest } from '../http/consul-request.js';

const FEATURES = { ns: 'Namespaces', partition: 'Partitions' } as const;

/** @throws ConsulError 400 when a request is for a namespace or a partition, as Consul's community edition answers it */
export function refuseEnterprise({ query }: ConsulRequest, params: readonly (keyof typeof FEATURES)[] = ['ns', 'partition']): void {
  const given = params.find((param) => (query.get(param) ?? '') !== '');
  if (given === undefined) return;
  throw new ConsulError(400, `Invalid query parameter: "${given}" - ${FEATURES[given]} are a Consul Enterprise feature`);
}
