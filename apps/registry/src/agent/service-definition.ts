import { ConsulError } from '../http/consul-error.js';
import {
  booleanField,
  decodeObject,
  type Fields,
  nestedField,
  numberField,
  textField,
  textMapField,
  textsField,
  toFields,
} from '../http/decode-body.js';
import type { CheckRegistration, Unindexed } from '../store/command.js';
import type { ServiceAddress, ServiceEntry } from '../store/entries.js';
import { byFamily } from './advertised-address.js';
import { type DecodedCheck, decodeCheck, isGiven } from './check-definition.js';

/** A service and its checks, as a registration says them. */
export interface DecodedService {
  readonly service: Unindexed<ServiceEntry>;
  readonly checks: CheckRegistration[];
}

const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]']);
const MAX_PORT = 65_535;

/**
 * Reads the body of a service registration.
 *
 * @throws ConsulError 400 with Consul's texts
 */
export function decodeService(body: Buffer, node: string): DecodedService {
  const fields = decodeObject(body);
  const name = textField(fields, 'Name');
  if (name === '') throw new ConsulError(400, 'Missing service name');
  const address = textField(fields, 'Address');
  if (ANY_ADDRESS.has(address)) throw new ConsulError(400, 'Invalid service address');
  const port = numberField(fields, 'Port');
  if (port < 0 || port > MAX_PORT) throw new ConsulError(400, `Invalid service port: ${port}`);
  const service: Unindexed<ServiceEntry> = {
    node,
    id: textField(fields, 'ID') || name,
    name,
    tags: textsField(fields, 'Tags'),
    address,
    taggedAddresses: { ...ownAddresses(address, port), ...decodeTaggedAddresses(nestedField(fields, 'TaggedAddresses')) },
    meta: textMapField(fields, 'Meta'),
    port,
    weights: decodeWeights(nestedField(fields, 'Weights')),
    enableTagOverride: booleanField(fields, 'EnableTagOverride'),
  };
  return {
    service,
    checks: decodeChecks(fields).map((check, at, all) => toCheckEntry(check, service, all.length > 1 ? `:${at + 1}` : '')),
  };
}

function decodeChecks(fields: Fields): DecodedCheck[] {
  const list = nestedField(fields, 'Checks') ?? [];
  if (!Array.isArray(list)) throw new ConsulError(400, "Request decode failed: 'Checks' expected a list");
  const single = nestedField(fields, 'Check');
  return [...(single === undefined ? [] : [single]), ...(list as unknown[])].filter((check) => isGiven(toFields(check))).map(decodeCheck);
}

function toCheckEntry(check: DecodedCheck, service: Unindexed<ServiceEntry>, suffix: string): CheckRegistration {
  const { id, name, notes, status, type, interval, timeout, definition } = check;
  return {
    node: service.node,
    checkId: id || `service:${service.id}${suffix}`,
    name: name || `Service '${service.name}' check`,
    status,
    notes,
    output: '',
    serviceId: service.id,
    type,
    interval,
    timeout,
    definition,
  };
}

function ownAddresses(address: string, port: number): Record<string, ServiceAddress> {
  return byFamily(address, { Address: address, Port: port });
}

function decodeTaggedAddresses(value: unknown): Record<string, ServiceAddress> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null)
    throw new ConsulError(400, "Request decode failed: 'TaggedAddresses' expected an object");
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      const fields = toFields(entry);
      return [name, { Address: textField(fields, 'Address'), Port: numberField(fields, 'Port') }];
    }),
  );
}

function decodeWeights(value: unknown): ServiceEntry['weights'] {
  if (value === undefined) return { Passing: 1, Warning: 1 };
  const fields = toFields(value);
  return { Passing: numberField(fields, 'Passing') || 1, Warning: numberField(fields, 'Warning') };
}
