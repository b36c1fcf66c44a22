import type { ServerResponse } from 'node:http';
import type { ConsulError } from './consul-error.js';
import type { ConsulResponse } from './consul-request.js';

const COMMON_HEADERS = { vary: 'Accept-Encoding', 'x-consul-default-acl-policy': 'allow' };
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Writes an answer with the headers that Consul's clients read. */
export function sendResponse(outgoing: ServerResponse, response: ConsulResponse, isPretty: boolean): void {
  const body = response.json === undefined ? (response.text ?? '') : toJson(response.json, isPretty);
  outgoing.writeHead(response.status ?? 200, {
    ...COMMON_HEADERS,
    ...(response.index !== undefined && readHeaders(response.index)),
    ...(body.length > 0 && { 'content-type': 'application/json' }),
    ...response.headers,
    'content-length': Buffer.byteLength(body),
  });
  outgoing.end(body);
}

/** Writes an error as plain text. */
export function sendError(outgoing: ServerResponse, error: ConsulError): void {
  outgoing.writeHead(error.status, {
    ...COMMON_HEADERS,
    'content-type': TEXT_TYPE,
    ...error.headers,
    'content-length': Buffer.byteLength(error.message),
  });
  outgoing.end(error.message);
}

function readHeaders(index: number): Record<string, string> {
  return {
    'x-consul-index': String(index),
    'x-consul-knownleader': 'true',
    'x-consul-lastcontact': '0',
    'x-consul-effective-consistency': 'leader',
  };
}

function toJson(value: unknown, isPretty: boolean): string {
  return isPretty ? `${JSON.stringify(value, null, 4)}\n` : JSON.stringify(value);
}
