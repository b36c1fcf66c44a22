import { ConsulError } from './consul-error.js';

/** A decoded body whose keys are looked up as Consul does. */
export type Fields = ReadonlyMap<string, unknown>;

/**
 * Decodes a JSON object. Keys are the same in camel case, Pascal case and snake case (`ServiceID`, `serviceId`, `service_id`).
 *
 * @throws ConsulError 400 when it is not an object
 */
export function decodeObject(body: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ConsulError(400, `Request decode failed: ${body.length === 0 ? 'EOF' : error instanceof Error ? error.message : 'not JSON'}`);
  }
  return toFields(value);
}

/** @throws ConsulError 400 when `value` is not an object */
export function toFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConsulError(400, `Request decode failed: expected an object, got ${Array.isArray(value) ? 'an array' : typeof value}`);
  }
  return new Map(Object.entries(value).map(([key, entry]) => [key.replaceAll('_', '').toLowerCase(), entry]));
}

/** A text field; empty when absent or null. */
export function textField(fields: Fields, name: string): string {
  return typed(fields, name, '', (value) => typeof value === 'string', 'a string');
}

/** A whole number; 0 when absent or null. */
export function numberField(fields: Fields, name: string): number {
  return typed(fields, name, 0, (value) => Number.isSafeInteger(value), 'a whole number');
}

/** A boolean; false when absent or null. */
export function booleanField(fields: Fields, name: string): boolean {
  return typed(fields, name, false, (value) => typeof value === 'boolean', 'a boolean');
}

/** A list of texts; empty when absent or null. */
export function textsField(fields: Fields, name: string): string[] {
  return typed<string[]>(
    fields,
    name,
    [],
    (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
    'a list of strings',
  );
}

/** Texts by name, whose names are kept as they are; empty when absent or null. */
export function textMapField(fields: Fields, name: string): Record<string, string> {
  return typed<Record<string, string>>(fields, name, {}, isTextMap, 'an object of strings');
}

/** A nested value; undefined when absent or null. */
export function nestedField(fields: Fields, name: string): unknown {
  return fields.get(name.toLowerCase()) ?? undefined;
}

function typed<T>(fields: Fields, name: string, absent: T, isOfType: (value: unknown) => boolean, expected: string): T {
  const value = nestedField(fields, name);
  if (value === undefined) return absent;
  if (!isOfType(value)) throw new ConsulError(400, `Request decode failed: '${name}' expected ${expected}`);
  return value as T;
}

function isTextMap(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value) && Object.values(value ?? {}).every((item) => typeof item === 'string');
}
