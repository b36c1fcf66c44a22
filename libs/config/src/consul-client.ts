import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import Consul from 'consul';
import { limitAnswers } from './answer-limit.js';

/** How to reach the Consul HTTP API. */
export interface ConsulSettings {
  /** `host:port`, `http://host:port` or `https://host:port`. */
  address: string;
  token?: string | undefined;
}

/** The public `consul` npm client. */
export type ConsulClient = Consul;

/** What a Consul client's answer is made of when the response is asked for. */
export type ConsulAnswer<T> = readonly [response: IncomingMessage, data: T];

/** Of any answer: thirty times the largest value in KV, and more than ten thousand instances of a service. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Creates the client that all of the platform reaches Consul through. Connections are kept open; `destroy()` closes them. A call whose
 * answer is larger than 16 MiB fails.
 *
 * @throws TypeError when the address is malformed
 */
export function createConsulClient(settings: ConsulSettings): ConsulClient {
  const url = new URL(settings.address.includes('://') ? settings.address : `http://${settings.address}`);
  const isSecure = url.protocol === 'https:';
  const client = new Consul({
    host: url.hostname,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    secure: isSecure,
    ...(settings.token !== undefined && settings.token !== '' && { defaults: { token: settings.token } }),
  });
  limitAnswers(client, MAX_ANSWER_BYTES);
  return client;
}

/** The HTTP status that Consul answered an error with; undefined when it did not answer at all. */
export function consulStatusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/**
 * Makes a call of the client answer with its response too, and lets it be cancelled. Pass as the option `ctx`, with a cast:
 * the client's types do not know it.
 */
export class ConsulCallContext extends EventEmitter {
  /** Read by the client: answers become {@link ConsulAnswer}. */
  readonly includeResponse = true;
  /** Read by the client: a call is refused from now on. */
  canceled = false;

  /** Aborts the call that is under way. */
  cancel(): void {
    this.canceled = true;
    this.emit('cancel');
  }
}
