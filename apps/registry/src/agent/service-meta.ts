import { ConsulError } from '../http/consul-error.js';

const MAX_PAIRS = 64;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 512;
const KEY = /^[\w-]*$/;
const RESERVED = 'consul-';

/** @throws ConsulError 400 when Consul would not take these as the `Meta` of a service */
export function validateMeta(meta: Readonly<Record<string, string>>): void {
  const pairs = Object.entries(meta);
  if (pairs.length > MAX_PAIRS) throw refusal(`Node metadata cannot contain more than ${MAX_PAIRS} key/value pairs`);
  for (const [key, value] of pairs) {
    const fault = faultOf(key, value);
    if (fault !== undefined) throw refusal(`Couldn't load metadata pair ('${key}', '${value}'): ${fault}`);
  }
}

function faultOf(key: string, value: string): string | undefined {
  if (key === '') return 'Key cannot be blank';
  if (!KEY.test(key)) return 'Key contains invalid characters';
  if (Buffer.byteLength(key) > MAX_KEY_LENGTH) return `Key is too long (limit: ${MAX_KEY_LENGTH} characters)`;
  if (key.startsWith(RESERVED)) return `Key prefix '${RESERVED}' is reserved for internal use`;
  return Buffer.byteLength(value) > MAX_VALUE_LENGTH ? `Value is too long (limit: ${MAX_VALUE_LENGTH} characters)` : undefined;
}

function refusal(why: string): ConsulError {
  return new ConsulError(400, `Invalid Service Meta: ${why}`);
}
