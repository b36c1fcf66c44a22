import { dayKey, hourKey, type PassRecord, type ReportGroup } from '@app/contracts';
import { freshRedis, passRecord, startTokenIssuer, type TokenIssuer, waitFor } from '@app/testing';
import { DynamicUnderTest } from './dynamic-under-test.js';
import { reportOf } from './independent-report.js';
import { manyRecords } from './many-records.js';

const KEY_OF: Record<ReportGroup, (record: PassRecord) => string> = {
  hour: ({ passedAt }) => hourKey(Date.parse(passedAt)),
  day: ({ passedAt }) => dayKey(Date.parse(passedAt)),
  station: ({ stationCode }) => stationCode,
  county: ({ stationCode }) => stationCode.slice(0, 6),
  city: ({ stationCode }) => stationCode.slice(0, 4),
};

let issuer: TokenIssuer;
let dynamic: DynamicUnderTest;
const records = manyRecords(6_000);
const expected = reportOf(records, KEY_OF.city);

beforeAll(async () => {
  issuer = await startTokenIssuer();
  dynamic = await DynamicUnderTest.start(issuer, (await freshRedis()).url);
  const answer = await dynamic.send(records);
  expect(answer).toEqual({ accepted: expected.totals.passes, duplicates: 6_000 - expected.totals.passes, rejected: [], rejectedCount: 0 });
  await waitFor(async () => (await dynamic.counters()).totals.passes === expected.totals.passes, { timeoutMs: 20_000 });
}, 90_000);

afterAll(async () => {
  await dynamic.service.stop();
  await issuer.stop();
});

describe('the counters', () => {
  it.each(Object.keys(KEY_OF) as ReportGroup[])('are exact by %s over all time', async (by) => {
    expect(await dynamic.counters({ by, from: '2025-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' })).toEqual(
      reportOf(records, KEY_OF[by]),
    );
  });

  it.each(Object.keys(KEY_OF) as ReportGroup[])('are exact by %s for hours in the middle of days and months, and an area', async (by) => {
    const [from, to] = ['2026-06-29T05:00:00+08:00', '2026-07-01T22:00:00+08:00'];
    const inRange = ({ passedAt, stationCode }: PassRecord) =>
      Date.parse(passedAt) >= Date.parse(from) && Date.parse(passedAt) < Date.parse(to) && stationCode.startsWith('3302');
    const firsts = [...new Map([...records].reverse().map((record) => [`${record.stationCode} ${record.recordId}`, record])).values()];
    expect(await dynamic.counters({ by, from, to, area: '3302' })).toEqual(reportOf(firsts.filter(inRange), KEY_OF[by]));
  });

  it('take whole months, whole days and single hours together', async () => {
    const [from, to] = ['2026-05-31T22:00:00+08:00', '2026-07-02T03:00:00+08:00'];
    const inRange = ({ passedAt }: PassRecord) => Date.parse(passedAt) >= Date.parse(from) && Date.parse(passedAt) < Date.parse(to);
    const firsts = [...new Map([...records].reverse().map((record) => [`${record.stationCode} ${record.recordId}`, record])).values()];
    expect(await dynamic.counters({ by: 'county', from, to })).toEqual(reportOf(firsts.filter(inRange), KEY_OF.county));
  });

  it('do not change when everything is sent again', async () => {
    expect(await dynamic.send(records)).toMatchObject({ accepted: 0, duplicates: 6_000 });
    expect(await dynamic.counters()).toEqual(expected);
  });

  it("show a bearer no more than the bearer's area", async () => {
    const own = await dynamic.counters({ by: 'county' }, { area: '3303' });
    expect(own).toEqual(await dynamic.counters({ by: 'county', area: '3303' }));
    expect(own.totals.passes).toBeGreaterThan(0);
    expect(await dynamic.counters({ by: 'county', area: '33' }, { area: '3303' })).toEqual(own);
    const outside = await dynamic.get({ area: '3304' }, { area: '3303' });
    expect(outside.status).toBe(403);
  });

  it('count passes of 2012 and around each limit of each kind', async () => {
    const around: [PassRecord['vehicleKind'], number, number][] = [
      ['truck', 2, 18_000],
      ['train', 2, 18_000],
      ['truck', 3, 25_000],
      ['train', 3, 27_000],
      ['truck', 4, 31_000],
      ['train', 4, 36_000],
      ['truck', 5, 43_000],
      ['train', 6, 49_000],
      ['truck', 9, 49_000],
    ];
    const passes = around.flatMap(([vehicleKind, axleCount, limit]) => {
      const last = Math.floor((limit * 100) / 95);
      return [last, last + 1, last + 2].map((grossWeight) =>
        passRecord({ vehicleKind, axleCount, grossWeight, passedAt: '2012-03-04T05:06:07.890+08:00', stationCode: '3306020001' }),
      );
    });
    passes.push(passRecord({ vehicleKind: 'truck', axleCount: 1, passedAt: '2012-03-04T05:59:59.999+08:00', stationCode: '3306020001' }));
    passes.push(
      passRecord({
        vehicleKind: 'bus',
        axleCount: 2,
        passedAt: '2012-03-04T05:00:00+08:00',
        stationCode: '3306020001',
        grossWeight: 90_000,
      }),
    );
    await dynamic.send(passes);
    const query = { by: 'hour', from: '2012-03-04T05:00:00+08:00', to: '2012-03-04T06:00:00+08:00' } as const;
    await waitFor(async () => (await dynamic.counters(query)).totals.passes === passes.length);
    const report = await dynamic.counters(query);
    expect(report).toEqual(reportOf(passes, KEY_OF.hour));
    expect(report.totals).toMatchObject({ trucks: 28, overloads: 18, unjudged: 1 });
    expect(report.series.map(({ key }) => key)).toEqual(['2012-03-04T05:00:00+08:00']);
  });
});

describe('a query', () => {
  it.each([
    [{ from: '2026-06-29T05:30:00+08:00' }, 'from'],
    [{ from: 'yesterday' }, 'from'],
    [{ from: '2026-06-29T05:00:00' }, 'from'],
    [{ to: '1999-01-01T00:00:00+08:00' }, 'to'],
    [{ from: '9999-12-31T00:00:00Z', to: '9999-12-31T23:00:00-23:00' }, 'to'],
    [{ from: '0000-12-31T23:00:00+08:00', to: '0001-02-01T00:00:00+08:00' }, 'from'],
    [{ by: 'week' }, 'by'],
    [{ area: '331' }, 'area'],
    [{ colour: 'red' }, 'colour'],
  ])('%j is refused by the name of its field', async (query: Record<string, string>, field) => {
    const response = await dynamic.get(query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'INPUT_INVALID', errors: [{ field }] });
  });

  it('needs a token with the permission', async () => {
    expect((await fetch(`${dynamic.service.url}/counters`)).status).toBe(401);
    expect((await dynamic.get({}, { permissions: ['dynamic:pass-records:write'] })).status).toBe(403);
  });
});
