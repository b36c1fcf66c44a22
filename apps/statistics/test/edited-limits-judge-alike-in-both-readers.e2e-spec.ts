import { type OverloadReport, type PassRecord, Permission } from '@app/contracts';
import {
  createTestDatabase,
  freshRedis,
  passRecord,
  startService,
  startTokenIssuer,
  type TestDatabase,
  type TestService,
  type TokenIssuer,
  waitFor,
} from '@app/testing';
import { jest } from '@jest/globals';

jest.setTimeout(120_000);

const QUERY = new URLSearchParams({ from: '2026-03-01T00:00:00+08:00', to: '2026-03-02T00:00:00+08:00', by: 'station' });
const limitsOf = (limit: number) => ({ OVERLOAD_LIMITS: JSON.stringify([{ limits: [{ axles: 2, limit }] }]) });
const trucks = (stationCode: string, grossWeights: readonly number[]): PassRecord[] =>
  grossWeights.map((grossWeight) => passRecord({ stationCode, grossWeight, passedAt: '2026-03-01T12:00:00+08:00' }));

describe('the limits of the set in force, edited while a reader of the log is behind', () => {
  let database: TestDatabase;
  let issuer: TokenIssuer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase({ schema: 'statistics' });
    issuer = await startTokenIssuer();
    environment = { REDIS_URL: (await freshRedis()).url, STREAMING_LEASE_MS: '1000', ...issuer.env };
  });
  afterAll(() => Promise.all([database.drop(), issuer.stop()]));

  const bearer = (aud: string) =>
    issuer.bearer({ aud, permissions: [Permission.PassRecordsWrite, Permission.CountersRead, Permission.ReportsRead] });

  async function send(dynamic: TestService, records: readonly PassRecord[]): Promise<void> {
    const body = records.map((record) => JSON.stringify(record)).join('\n');
    const headers = { ...(await bearer('dynamic')), 'content-type': 'application/x-ndjson' };
    const response = await fetch(`${dynamic.url}/streams/pass-records`, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({ accepted: records.length, rejectedCount: 0 });
  }

  /** Counters or reports, once they hold so many passes. */
  function figuresOf(service: TestService, name: 'dynamic' | 'statistics', passes: number): Promise<OverloadReport> {
    const path = name === 'dynamic' ? '/counters' : '/reports/overload';
    return waitFor(async () => {
      const response = await fetch(`${service.url}${path}?${QUERY.toString()}`, { headers: await bearer(name) });
      const report = (await response.json()) as OverloadReport;
      return report.totals.passes === passes ? report : undefined;
    });
  }

  it('make no difference between counters and reports: each pass keeps the limit that it was accepted with', async () => {
    let dynamic = await startService('dynamic', { ...environment, ...limitsOf(18_000) });
    await send(dynamic, trucks('3301020001', [17_000, 20_000, 30_000]));
    await figuresOf(dynamic, 'dynamic', 3);
    await dynamic.stop();

    dynamic = await startService('dynamic', { ...environment, ...limitsOf(10_000) });
    await send(dynamic, trucks('3302030001', [17_000, 20_000, 30_000]));
    const statistics = await startService('statistics', { ...environment, ...limitsOf(28_000), DATABASE_URL: database.url });
    const counters = await figuresOf(dynamic, 'dynamic', 6);
    const report = await figuresOf(statistics, 'statistics', 6);
    expect(report).toEqual(counters);
    expect(report.series.map(({ key, overloads, overWeight }) => [key, overloads, overWeight])).toEqual([
      ['3301020001', 2, 1_000 + 10_500],
      ['3302030001', 3, 6_150 + 9_000 + 18_500],
    ]);
    await Promise.all([dynamic.stop(), statistics.stop()]);
  });
});
