import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf, expectedFigures, expectedSeries, type Pass } from './support/expected.ts';
import { generatePasses } from './support/generate.ts';
import { eventually, type Platform, startPlatform } from './support/platform.ts';
import { readRows, toPassRecord, WEIGH_IN_MOTION_FILE } from './support/weigh-in-motion.ts';

interface Answer {
  accepted: number;
  duplicates: number;
  rejected: { line: number; field: string; reason: string }[];
  rejectedCount: number;
}

let platform: Platform;
let stop = () => Promise.resolve();
let stationToken: string;
let reportsToken: string;

beforeAll(async () => {
  platform = await startPlatform();
  ({ stop } = platform);
  [stationToken, reportsToken] = await Promise.all([platform.token('station'), platform.token('reports')]);
}, 180_000);

afterAll(() => stop(), 60_000);

async function post(records: readonly object[]): Promise<Answer> {
  const response = await fetch(`${platform.credentials.address}/api/dynamic/streams/pass-records`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stationToken}`, 'content-type': 'application/x-ndjson' },
    body: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  });
  if (response.status !== 200) throw new Error(`${String(response.status)}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

type Source = '/api/statistics/reports/overload' | '/api/dynamic/counters';
const SOURCES: readonly Source[] = ['/api/statistics/reports/overload', '/api/dynamic/counters'];

async function figures(source: Source, query: Record<string, string>): Promise<{ totals: unknown; series: unknown[] }> {
  const response = await fetch(`${platform.credentials.address}${source}?${new URLSearchParams(query).toString()}`, {
    headers: { authorization: `Bearer ${reportsToken}` },
  });
  if (response.status !== 200) throw new Error(`${source} answered ${String(response.status)}: ${await response.text()}`);
  return (await response.json()) as { totals: unknown; series: unknown[] };
}

/** Awaits both sides, history and live, to say what is expected: each consumes the log at its own pace. */
async function expectFigures(
  query: Record<string, string>,
  passes: readonly Pass[],
  keyOf: (pass: Pass) => string,
  timeoutMs = 30_000,
): Promise<void> {
  const expected = { totals: expectedFigures(passes), series: expectedSeries(passes, keyOf) };
  for (const source of SOURCES) {
    await eventually(
      `${source} has counted ${String(expected.totals.passes)} passes`,
      async () => (((await figures(source, query)).totals as { passes: number }).passes >= expected.totals.passes ? true : undefined),
      timeoutMs,
    );
    expect(await figures(source, query)).toEqual(expected);
  }
}

const station = '3301060001';
const year2012 = { from: '2012-01-01T00:00:00+08:00', to: '2013-01-01T00:00:00+08:00' };

(WEIGH_IN_MOTION_FILE === undefined ? describe.skip : describe)(
  'real weigh-in-motion records (skipped where the test data is absent)',
  () => {
    const records = () => readRows(WEIGH_IN_MOTION_FILE ?? '').map((row) => toPassRecord(row, station));
    const valid = () => records().filter(({ length }) => length >= 1_000 && length <= 100_000);

    it('accepts 96, rejects the 3 of impossible length, and reports exactly what the file says', async () => {
      const answer = await post(records());
      expect(answer).toMatchObject({ accepted: 96, duplicates: 0, rejectedCount: 3 });
      expect(answer.rejected.map(({ field }) => field)).toEqual(['length', 'length', 'length']);
      expect(answer.rejected.map(({ line }) => records()[line - 1]?.length)).toEqual(
        records()
          .map(({ length }) => length)
          .filter((length) => length > 100_000),
      );
      expect(expectedFigures(valid())).toMatchObject({ passes: 96, trucks: 90, overloads: 0 });
      await expectFigures({ ...year2012, by: 'day' }, valid(), dayOf);
      await expectFigures({ ...year2012, by: 'county', area: '3301' }, valid(), () => '330106');
    });

    it('counts nothing when the same file is posted again', async () => {
      expect(await post(records())).toMatchObject({ accepted: 0, duplicates: 96, rejectedCount: 3 });
      await expectFigures({ ...year2012, by: 'station' }, valid(), (pass) => pass.stationCode);
    });

    it('judges the same vehicles at twice the weight', async () => {
      const heavy = valid().map((record) => ({ ...record, stationCode: '3302060002', grossWeight: record.grossWeight * 2 }));
      expect(expectedFigures(heavy).overloads).toBeGreaterThan(10);
      expect(await post(heavy)).toMatchObject({ accepted: 96, duplicates: 0, rejectedCount: 0 });
      await expectFigures({ ...year2012, by: 'day', area: '330206' }, heavy, dayOf);
    });
  },
);

describe('the limit of each kind', () => {
  const limits = [
    ['truck', 2, 18_000], ['train', 2, 18_000], ['truck', 3, 25_000], ['train', 3, 27_000], ['truck', 4, 31_000],
    ['train', 4, 36_000], ['truck', 5, 43_000], ['train', 5, 43_000], ['truck', 6, 49_000], ['train', 7, 49_000],
  ] as const; // prettier-ignore

  it('lets the last kilogram pass, counts the first over it with 0 kg and the next with its own', async () => {
    const passes = limits.flatMap(([vehicleKind, axleCount, limit], index) => {
      const last = Math.floor((limit * 20) / 19);
      return [last, last + 1, last + 2].map((grossWeight, step) => pass(index, step, { vehicleKind, axleCount, grossWeight }));
    });
    expect(passes.slice(0, 3).map(({ grossWeight }) => grossWeight)).toEqual([18_947, 18_948, 18_949]);
    expect(await post(passes)).toMatchObject({ accepted: passes.length, rejectedCount: 0 });
    const query = { from: '2020-05-01T00:00:00+08:00', to: '2020-05-02T00:00:00+08:00', by: 'hour' };
    await expectFigures(query, passes, ({ passedAt }) => `${passedAt.slice(0, 13)}:00:00+08:00`);
    const { totals, series } = await figures('/api/statistics/reports/overload', query);
    expect(totals).toMatchObject({ passes: 30, trucks: 30, overloads: 20 });
    expect(series[0]).toMatchObject({ key: '2020-05-01T00:00:00+08:00', passes: 3, overloads: 2, overWeight: 1 });
  });

  it('leaves a truck of one axle unjudged and a heavy bus alone', async () => {
    const passes = [
      pass(30, 0, { vehicleKind: 'truck', axleCount: 1, grossWeight: 90_000 }),
      pass(30, 1, { vehicleKind: 'bus', axleCount: 2, grossWeight: 90_000 }),
    ].map((record) => ({ ...record, passedAt: record.passedAt.replace('2020', '2021') }));
    await post(passes);
    await expectFigures({ from: '2021-05-01T00:00:00+08:00', to: '2021-05-03T00:00:00+08:00', by: 'city' }, passes, () => '3303');
  });

  function pass(index: number, step: number, fields: Pick<Pass, 'vehicleKind' | 'axleCount' | 'grossWeight'>) {
    const hour = String(index % 24).padStart(2, '0');
    const day = String(1 + Math.floor(index / 24)).padStart(2, '0');
    return {
      recordId: `limit-${String(index)}-${String(step)}`,
      stationCode: '3303020001',
      lane: 1,
      direction: 'down',
      passedAt: `2020-05-${day}T${hour}:30:00+08:00`,
      plate: '浙C00001',
      plateColour: 2,
      speed: 60,
      ...fields,
    };
  }
});

describe('a crash', () => {
  it('of both consumers in the middle of 50,000 records costs nothing', async () => {
    const passes = await generatePasses({
      count: 50_000,
      seed: 20_260_102,
      from: '2019-03-01T00:00:00+08:00',
      to: '2019-03-04T00:00:00+08:00',
    });
    const batch = 1_000;
    for (let start = 0; start < passes.length; start += batch) {
      if (start === 15_000) await kill('statistics');
      if (start === 30_000) await kill('dynamic');
      if (start === 40_000) await Promise.all([kill('statistics'), kill('dynamic')]);
      await eventually('the batch is accepted', () => tryPost(passes.slice(start, start + batch)));
    }
    await expectFigures(
      { from: '2019-03-01T00:00:00+08:00', to: '2019-03-05T00:00:00+08:00', by: 'county' },
      passes,
      ({ stationCode }) => stationCode.slice(0, 6),
      90_000,
    );
    const restarts = new Map((await platform.status()).map(({ name, restarts: count }) => [name, count]));
    expect(restarts.get('statistics')).toBe(2);
    expect(restarts.get('dynamic')).toBe(2);
  }, 240_000);

  /** A station sends a batch again until it is answered; what was accepted before the crash comes back as duplicates. */
  async function tryPost(records: readonly object[]): Promise<Answer | undefined> {
    const answer = await post(records).catch((error: unknown) => {
      if (error instanceof TypeError || (error instanceof Error && /^50[234]/.test(error.message))) return undefined;
      throw error;
    });
    if (answer !== undefined) expect(answer.accepted + answer.duplicates).toBe(records.length);
    return answer;
  }

  async function kill(name: string): Promise<void> {
    const pid = await eventually(
      `${name} runs`,
      async () => (await platform.status()).find((part) => part.name === name && part.state === 'healthy')?.pid ?? undefined,
    );
    process.kill(pid, 'SIGKILL');
  }
});

describe('one request', () => {
  it('is one trace of gateway, service and database', async () => {
    const traceId = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const response = await fetch(
      `${platform.credentials.address}/api/statistics/reports/overload?${new URLSearchParams({ ...year2012, by: 'day' }).toString()}`,
      {
        headers: { authorization: `Bearer ${reportsToken}`, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      },
    );
    expect(response.status).toBe(200);
    interface Span {
      traceId: string;
      id: string;
      parentId?: string;
      kind?: string;
      name: string;
      localEndpoint: { serviceName: string };
      tags?: Record<string, string>;
    }
    const spans = await eventually('the trace is complete', async () => {
      const answer = await fetch(`${platform.credentials.services.zipkin ?? ''}/api/v2/trace/${traceId}`);
      if (answer.status === 404) return undefined;
      const found = (await answer.json()) as Span[];
      const isDatabase = (span: Span) => Object.keys(span.tags ?? {}).some((tag) => tag.startsWith('db.'));
      const services = new Set(found.map((span) => span.localEndpoint.serviceName));
      return services.has('gateway') && services.has('statistics') && found.some(isDatabase) ? found : undefined;
    });
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const gateway = spans.find((span) => span.localEndpoint.serviceName === 'gateway' && span.kind === 'SERVER');
    expect(gateway?.parentId).toBe('00f067aa0ba902b7');
  });
});
