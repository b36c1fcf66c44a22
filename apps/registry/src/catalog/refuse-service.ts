import { validateMeta } from '../agent/service-meta.js';
import { isAnyAddress } from '../any-address.js';
import { ConsulError } from '../http/consul-error.js';

/** What is looked at of a service that is registered from outside. */
interface ServiceFields {
  readonly Kind: string;
  readonly ID: string;
  readonly Service: string;
  readonly Address: string;
  readonly Port: number;
  readonly SocketPath: string;
  readonly Proxy: unknown;
}

const PROXY = 'connect-proxy';

/** @throws ConsulError 500 with Consul's texts when the catalogue would not take a service */
export function refuseService(fields: ServiceFields): void {
  const { ID, Service, Address } = fields;
  if (Service === '') throw new ConsulError(500, ID === '' ? NAMELESS : ID_ALONE);
  if (isAnyAddress(Address)) throw new ConsulError(500, 'Invalid service address');
  const faults = fields.Kind === PROXY ? faultsOfProxy(fields) : [];
  if (faults.length === 0) return;
  const count = faults.length === 1 ? '1 error' : `${faults.length} errors`;
  throw new ConsulError(500, `${count} occurred:\n${faults.map((fault) => `\t* ${fault}\n`).join('')}\n`);
}

const NAMELESS = 'service name (Service.Service) is required; both Service ID (Service.ID) and Service Name cannot be empty';
const ID_ALONE = 'Must provide service name (Service.Service) when service ID is provided';

/** @throws ConsulError 500 with Consul's text */
export function refuseMeta(node: string, id: string, meta: Readonly<Record<string, string>>): void {
  try {
    validateMeta(meta);
  } catch (error) {
    if (!(error instanceof ConsulError)) throw error;
    const why = error.message.replace(/^Invalid Service Meta: /, '');
    throw new ConsulError(500, `failed inserting service: Invalid Service Meta for node ${node} and serviceID ${id}: ${why}`);
  }
}

function faultsOfProxy({ Port, SocketPath, Proxy }: ServiceFields): string[] {
  const { DestinationServiceName = '' } = (Proxy ?? {}) as { DestinationServiceName?: unknown };
  return [
    ...(Port === 0 && SocketPath === '' ? [`Port or SocketPath must be set for a ${PROXY}`] : []),
    ...(DestinationServiceName === '' ? ['Proxy.DestinationServiceName must be non-empty for Connect proxy services'] : []),
  ];
}
