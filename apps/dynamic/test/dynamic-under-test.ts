import type { IngestAnswer, OverloadReport, PassRecord, ReportGroup } from '@app/contracts';
import { startService, type TestClaims, type TestService, type TokenIssuer } from '@app/testing';

const PERMISSIONS = ['dynamic:pass-records:write', 'dynamic:counters:read', 'dynamic:events:read'];

/** A running `dynamic`, as its callers see it. */
export class DynamicUnderTest {
  private constructor(
    readonly service: TestService,
    private readonly issuer: TokenIssuer,
  ) {}

  static async start(issuer: TokenIssuer, redisUrl: string, env: Record<string, string> = {}): Promise<DynamicUnderTest> {
    const service = await startService('dynamic', { REDIS_URL: redisUrl, STREAMING_LEASE_MS: '1500', ...issuer.env, ...env });
    return new DynamicUnderTest(service, issuer);
  }

  /** The headers of a machine client that may do everything here, unless said. */
  headers(claims: Partial<TestClaims> = {}): Promise<{ authorization: string }> {
    return this.issuer.bearer({ aud: 'dynamic', permissions: PERMISSIONS, ...claims }, { expiresInSeconds: 600 });
  }

  async post(
    body: NonNullable<RequestInit['body']>,
    headers: Record<string, string> = {},
    claims?: Partial<TestClaims>,
  ): Promise<Response> {
    return fetch(`${this.service.url}/streams/pass-records`, {
      method: 'POST',
      headers: { ...(await this.headers(claims)), 'content-type': 'application/x-ndjson', ...headers },
      body,
    });
  }

  /** Posts records; fails unless answered with 200. */
  async send(records: readonly PassRecord[]): Promise<IngestAnswer> {
    const response = await this.post(toLines(records));
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as IngestAnswer;
  }

  async counters(query: CountersQuery = {}, claims?: Partial<TestClaims>): Promise<OverloadReport> {
    const response = await this.get(query, claims);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as OverloadReport;
  }

  async get(query: Record<string, string>, claims?: Partial<TestClaims>): Promise<Response> {
    const search = new URLSearchParams({ from: '2000-01-01T00:00:00+08:00', to: '2090-01-01T00:00:00+08:00', by: 'city', ...query });
    return fetch(`${this.service.url}/counters?${search.toString()}`, { headers: await this.headers(claims) });
  }
}

export type CountersQuery = Record<string, string> & { by?: ReportGroup };

/** NDJSON, one record per line. */
export function toLines(records: readonly PassRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
