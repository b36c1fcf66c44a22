import { ConsulError } from '../http/consul-error.js';
import { type ConsulRequest, parseGoBool } from '../http/consul-request.js';

/**
 * Reads `?enable=` and `?reason=`.
 *
 * @throws ConsulError 400 with Consul's texts
 */
export function readMaintenance({ query }: ConsulRequest): { isEnabled: boolean; reason: string } {
  const text = query.get('enable');
  if (text === null) throw new ConsulError(400, 'Missing value for enable');
  const isEnabled = parseGoBool(text);
  if (isEnabled === undefined) throw new ConsulError(400, `Invalid value for enable: "${text}"`);
  return { isEnabled, reason: query.get('reason') ?? '' };
}
