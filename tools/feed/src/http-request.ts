import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** What a server answered. */
export interface HttpAnswer {
  status: number;
  body: string;
  /** `Retry-After` in seconds. */
  retryAfter: number | undefined;
}

/** One connection, kept: half the memory and processor time of `fetch` for a small request now and then. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 1 };
const agents = { 'http:': new HttpAgent(AGENT_OPTIONS), 'https:': new HttpsAgent(AGENT_OPTIONS) };

/** Bounds of a request. */
export interface PostLimits {
  /** Without a sign of life. */
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Posts a body and reads the answer. Redirects are answers like any other.
 *
 * @throws the network's error, `ETIMEDOUT` when there is no sign of life for too long, or `AbortError`
 */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
  { timeoutMs, signal }: PostLimits,
): Promise<HttpAnswer> {
  const target = new URL(url);
  const isTls = target.protocol === 'https:';
  const options = {
    method: 'POST',
    agent: agents[isTls ? 'https:' : 'http:'],
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    timeout: timeoutMs,
    signal,
  };
  return await new Promise<HttpAnswer>((resolve, reject) => {
    const request = (isTls ? requestHttps : requestHttp)(target, options, (response) => {
      const { statusCode: status = 0, headers: received } = response;
      const seconds = Number(received['retry-after'] ?? NaN);
      text(response).then(
        (answer) => resolve({ status, body: answer, retryAfter: Number.isFinite(seconds) ? seconds : undefined }),
        reject,
      );
    });
    request.once('timeout', () => request.destroy(Object.assign(new Error('Timed out'), { code: 'ETIMEDOUT' })));
    request.once('error', reject);
    request.end(body);
  });
}
