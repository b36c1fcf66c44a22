import { get } from 'node:http';

/** What a part says about itself: whether it is ready, and if not, why. */
export interface HealthAnswer {
  ready: boolean;
  /** Whether anyone answered at all. */
  answered: boolean;
  detail: string;
}

const TIMEOUT_MS = 3_000;
const MAX_ANSWER = 64 * 1024;

/** Asks a service's `/health/ready`; never throws. */
export function askReady(port: number): Promise<HealthAnswer> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/health/ready', timeout: TIMEOUT_MS, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        if (body.length < MAX_ANSWER) body += text;
      });
      response.on('end', () => {
        const ready = response.statusCode === 200;
        resolve({ ready, answered: true, detail: ready ? '' : describeChecks(body) });
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error) => {
      resolve({ ready: false, answered: false, detail: error.message });
    });
  });
}

/** `redis down, postgres down: connection refused` from the answer of `/health/ready`. */
export function describeChecks(body: string): string {
  try {
    const { checks } = JSON.parse(body) as { checks?: Record<string, { status: string; detail?: string }> };
    const failing = Object.entries(checks ?? {}).filter(([, { status }]) => status === 'down');
    return failing.map(([name, { detail }]) => `${name} down${detail === undefined ? '' : ` (${detail})`}`).join(', ');
  } catch (error) {
    if (error instanceof SyntaxError) return 'not ready';
    throw error;
  }
}
