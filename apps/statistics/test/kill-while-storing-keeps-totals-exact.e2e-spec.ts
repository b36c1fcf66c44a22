import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { type PassRecord, REPORT_GROUPS } from '@app/contracts';
import { waitFor } from '@app/testing';
import { expectedReport } from './support/expected-report.js';
import { StatisticsPlatform } from './support/statistics-platform.js';

const FEED = resolve(import.meta.dirname, '../../../tools/feed/src/main.ts');
const RECORDS = 50_000;
const RANGE = { from: '2026-03-01T00:00:00+08:00', to: '2026-03-04T00:00:00+08:00' };

async function generate(): Promise<PassRecord[]> {
  const args = [FEED, '--from', RANGE.from, '--to', RANGE.to, '--count', String(RECORDS), '--seed', '77', '--duplicates', '0.02'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 28 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PassRecord);
}

describe('statistics, killed with SIGKILL again and again in the middle of 50,000 records', () => {
  let platform: StatisticsPlatform;

  beforeAll(async () => {
    platform = await StatisticsPlatform.start();
  });
  afterAll(() => platform.stop());

  it('ends in exactly the right totals, records, keys and violations', async () => {
    const records = await generate();
    const distinct = [...new Map(records.map((record) => [record.stationCode + record.recordId, record])).values()];
    expect(records).toHaveLength(RECORDS);
    expect(distinct.length).toBeLessThan(RECORDS);

    const stored = async () => Number((await platform.database.query<{ count: string }>('SELECT count(*) FROM pass_key'))[0]?.count);
    const feeding = (async () => {
      for (let start = 0; start < RECORDS; start += 2_000) await platform.append(records.slice(start, start + 2_000));
    })();
    const killedAt: number[] = [];
    for (const share of [0.1, 0.5]) {
      await waitFor(async () => (await stored()) >= distinct.length * share, { timeoutMs: 60_000, intervalMs: 5 });
      await platform.killService();
      killedAt.push(await stored());
      await platform.startService();
    }
    await feeding;
    await platform.caughtUp(60_000);

    for (const count of killedAt) expect(count).toBeLessThan(distinct.length);
    for (const by of REPORT_GROUPS) {
      expect(await platform.report({ ...RANGE, by })).toEqual(expectedReport(distinct, { ...RANGE, by }));
    }
    const { totals } = expectedReport(distinct, { ...RANGE, by: 'city' });
    const [counts] = await platform.database.query(
      `SELECT (SELECT count(*)::int FROM pass_key) AS keys, (SELECT count(*)::int FROM pass_record) AS records,
        (SELECT count(*)::int FROM violation) AS violations, (SELECT sum(over_weight)::int FROM violation) AS over_weight`,
    );
    expect(counts).toEqual({
      keys: distinct.length,
      records: distinct.length,
      violations: totals.overloads,
      over_weight: totals.overWeight,
    });
  }, 180_000);
});
