import type { ConsulResponse } from './consul-request.js';

/** The body of an answer, whole. */
export function encodeBody({ json, text, pieces }: ConsulResponse): string | Buffer {
  if (pieces !== undefined) return [...pieces.parts].join('');
  return json === undefined ? (text ?? '') : JSON.stringify(json);
}
