import { signIn } from '../session/session';

/** What the services answer on failure (RFC 9457). */
interface Problem {
  title?: string;
  detail?: string;
  errors?: { field: string; reason: string }[];
  traceId?: string;
}

/** A request that was refused or failed, in words for the person at the screen. */
export class ApiError extends Error {
  readonly status: number;
  readonly traceId: string | undefined;

  constructor(status: number, problem: Problem) {
    const fields = problem.errors?.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
    super([problem.title, problem.detail, fields].filter(Boolean).join(' — ') || `HTTP ${String(status)}`);
    this.status = status;
    this.traceId = problem.traceId;
  }
}

/**
 * GETs JSON through the gateway. A lost session leads to the sign-in page.
 *
 * @throws ApiError when the answer is not 2xx
 */
export async function getJson<T>(
  path: string,
  query: Record<string, string | undefined>,
  language: string,
  signal?: AbortSignal,
): Promise<T> {
  const search = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined));
  const response = await fetch(`${path}?${search.toString()}`, {
    headers: { accept: 'application/json', 'accept-language': language },
    signal: AbortSignal.any([AbortSignal.timeout(30_000), ...(signal ? [signal] : [])]),
  });
  if (response.status === 401) signIn(window.location.pathname + window.location.search);
  if (!response.ok) throw new ApiError(response.status, await readProblem(response));
  return (await response.json()) as T;
}

async function readProblem(response: Response): Promise<Problem> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) return {};
  return (await response.json()) as Problem;
}
