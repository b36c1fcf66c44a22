import { isAnyAddress } from '../any-address.js';
import { isPrintable } from '../go/string.js';
import type { NodeEntry, ServiceEntry } from '../store/entries.js';

const ID_LENGTH = 36;
const NAMELESS = 'service name (Service.Service) is required; both Service ID (Service.ID) and Service Name cannot be empty';
const ID_ALONE = 'Must provide service name (Service.Service) when service ID is provided';

/** What Consul says, by whatever endpoint it comes, of a node that the catalogue cannot take; undefined when it can. */
export function nodeFault({ id, name }: Pick<NodeEntry, 'id' | 'name'>): string | undefined {
  if (name === '') return 'Must provide node';
  const fault = id === '' ? undefined : uuidFault(id);
  return fault && `Bad node ID: ${fault}`;
}

/** What Consul says of a service without a name. */
export function serviceNameFault({ id, name }: Pick<ServiceEntry, 'id' | 'name'>): string | undefined {
  if (name !== '') return undefined;
  return id === '' ? NAMELESS : ID_ALONE;
}

/** What Consul says of a service where nobody can reach it. */
export function serviceAddressFault(address: string): string | undefined {
  return isAnyAddress(address) ? 'Invalid service address' : undefined;
}

/** In the words of HashiCorp's `go-uuid`, which reads bytes. */
function uuidFault(id: string): string | undefined {
  const bytes = Buffer.from(id).toString('latin1');
  if (bytes.length !== ID_LENGTH) return 'uuid string is wrong length';
  const parts = /^(.{8})-(.{4})-(.{4})-(.{4})-(.{12})$/s.exec(bytes)?.slice(1);
  if (parts === undefined) return 'uuid is improperly formatted';
  const [bad] = /[^\da-f]/i.exec(parts.join('')) ?? [];
  return bad && `encoding/hex: invalid byte: ${describeByte(bad)}`;
}

/** A byte as `%#U` of Go writes it. */
function describeByte(char: string): string {
  const code = `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrintable(char) ? `${code} '${char}'` : code;
}
