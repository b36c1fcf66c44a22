import { get } from 'node:http';

/** What a part says about itself: whether it is ready, and what is not well. */
export interface HealthAnswer {
  ready: boolean;
  /** Whether anyone answered at all. */
  answered: boolean;
  /** Why it is not ready; of one that is ready, what it has to do without. Empty: all is well. */
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
        resolve({ ready, answered: true, detail: ready ? describeLacks(body) : describeChecks(body) });
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
  return describeWhere(body, (status) => status === 'down') || 'not ready';
}

/** `config degraded (refused: ...)` from the answer of a part that is ready; empty when every check is up. */
export function describeLacks(body: string): string {
  return describeWhere(body, (status) => status !== undefined && status !== 'up');
}

function describeWhere(body: string, isMeant: (status: string | undefined) => boolean): string {
  return Object.entries(readChecks(body))
    .filter(([, check]) => isMeant(check?.status))
    .map(([name, check]) => `${name} ${check?.status ?? ''}${check?.detail === undefined ? '' : ` (${check.detail})`}`)
    .join(', ');
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
