import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest } from '../http/consul-request.js';

const FEATURES = {
  ns: { header: 'X-Consul-Namespace', name: 'Namespaces' },
  partition: { header: 'X-Consul-Partition', name: 'Partitions' },
} as const;

/** @throws ConsulError 400 when a request is for a namespace or a partition, as Consul's community edition answers it */
export function refuseEnterprise(
  { query, headers }: ConsulRequest,
  params: readonly (keyof typeof FEATURES)[] = ['ns', 'partition'],
): void {
  for (const param of params) {
    const { header, name } = FEATURES[param];
    if ((headers[header.toLowerCase()] ?? '') !== '') throw refusal(`header: "${header}"`, name);
    if ((query.get(param) ?? '') !== '') throw refusal(`query parameter: "${param}"`, name);
  }
}

function refusal(given: string, feature: string): ConsulError {
  return new ConsulError(400, `Invalid ${given} - ${feature} are a Consul Enterprise feature`);
}

/** @throws ConsulError 500 when a request is for a group of clusters that answer for each other */
export function refuseSamenessGroup({ query }: ConsulRequest): void {
  if ((query.get('sg') ?? '') !== '') throw new ConsulError(500, 'sameness groups are not supported in consul CE');
}
