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
      response.once('close', () => {
        resolve({ ready: false, answered: true, detail: 'its answer broke off' });
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
  const failing = Object.entries(readChecks(body)).filter(([, check]) => check?.status === 'down');
  return failing.map(([name, check]) => `${name} down${check?.detail === undefined ? '' : ` (${check.detail})`}`).join(', ') || 'not ready';
}

type Checks = Record<string, { status?: string; detail?: string } | null>;

/** Nothing where the answer is not what a service of ours says. */
function readChecks(body: string): Checks {
  try {
    const answer = JSON.parse(body) as { checks?: Checks } | null;
    return answer?.checks ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
