import { passRecord } from '@app/testing';
import { StatisticsPlatform } from './support/statistics-platform.js';

const RANGE = { from: '2026-03-01T00:00:00+08:00', to: '2026-03-02T00:00:00+08:00' };

interface ProblemBody {
  code: string;
  detail?: string;
  errors?: { field: string; reason: string }[];
}

describe('GET /reports/overload refuses', () => {
  let platform: StatisticsPlatform;

  beforeAll(async () => {
    platform = await StatisticsPlatform.start();
    await platform.append([
      passRecord({ stationCode: '3301020001', passedAt: '2026-03-01T12:00:00+08:00' }),
      passRecord({ stationCode: '3302030001', passedAt: '2026-03-01T12:00:00+08:00' }),
    ]);
    await platform.caughtUp();
  });
  afterAll(() => platform.stop());

  it.each<[string, Record<string, string> | [string, string][], string, string]>([
    ['a key it does not know', { ...RANGE, by: 'day', county: '330102' }, 'county', 'is not a known field'],
    ['no from', { to: RANGE.to, by: 'day' }, 'from', 'must be RFC 3339 with an offset'],
    ['a date without an offset', { ...RANGE, from: '2026-03-01T00:00:00', by: 'day' }, 'from', 'must be RFC 3339 with an offset'],
    ['a date alone', { ...RANGE, to: '2026-03-02', by: 'day' }, 'to', 'must be RFC 3339 with an offset'],
    ['30 February', { ...RANGE, from: '2026-02-30T00:00:00Z', by: 'day' }, 'from', 'must be RFC 3339 with an offset'],
    ['a half hour', { ...RANGE, from: '2026-03-01T00:30:00+08:00', by: 'day' }, 'from', 'must be on a whole hour'],
    ['an offset that makes it a half hour', { ...RANGE, from: '2026-03-01T00:00:00+05:30', by: 'day' }, 'from', 'must be on a whole hour'],
    ['a range that ends before it starts', { from: RANGE.to, to: RANGE.from, by: 'day' }, 'to', 'must be later than from'],
    ['an empty range', { from: RANGE.to, to: RANGE.to, by: 'day' }, 'to', 'must be later than from'],
    [
      'an end beyond the calendar of the keys',
      { from: '9999-12-31T00:00:00Z', to: '9999-12-31T23:00:00-23:00', by: 'day' },
      'to',
      'must lie in the years 0001 to 9999 of Asia/Shanghai',
    ],
    [
      'a start before the calendar of the keys',
      { from: '0000-12-31T23:00:00+08:00', to: '0001-02-01T00:00:00+08:00', by: 'hour' },
      'from',
      'must lie in the years 0001 to 9999 of Asia/Shanghai',
    ],
    ['a group it does not know', { ...RANGE, by: 'minute' }, 'by', ''],
    ['no group', RANGE, 'by', ''],
    ['an area of three digits', { ...RANGE, by: 'day', area: '330' }, 'area', 'must be a division code of 2, 4 or 6 digits'],
    ['an area with a wildcard', { ...RANGE, by: 'day', area: '33%' }, 'area', 'must be a division code of 2, 4 or 6 digits'],
    [
      'a key that is given twice',
      [
        ['from', RANGE.from],
        ['to', RANGE.to],
        ['by', 'day'],
        ['area', '33'],
        ['area', '34'],
      ],
      'area',
      '',
    ],
  ])('%s', async (_what, query, field, reason) => {
    const response = await platform.get(query);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const { code, errors } = (await response.json()) as ProblemBody;
    expect(code).toBe('INPUT_INVALID');
    expect(errors?.map((error) => error.field)).toEqual([field]);
    expect(errors?.[0]?.reason).toContain(reason);
  });

  it('a bearer without the permission, without a token, and with the token of another service', async () => {
    const query = { ...RANGE, by: 'city' };
    const forbidden = await platform.get(query, { permissions: ['system:areas:read'] });
    expect([forbidden.status, ((await forbidden.json()) as ProblemBody).code]).toEqual([403, 'FORBIDDEN']);
    const anonymous = await fetch(`${platform.url}/reports/overload?${new URLSearchParams(query).toString()}`);
    expect([anonymous.status, ((await anonymous.json()) as ProblemBody).code]).toEqual([401, 'UNAUTHENTICATED']);
    expect((await platform.get(query, { aud: 'dynamic' })).status).toBe(401);
  });

  it("an area outside of the bearer's own, and narrows the rest to it", async () => {
    const query = { ...RANGE, by: 'city' };
    const officer = { kind: 'user', area: '3301' } as const;
    const outside = await platform.get({ ...query, area: '3302' }, officer);
    const problem = (await outside.json()) as ProblemBody;
    expect([outside.status, problem.code]).toEqual([403, 'FORBIDDEN']);
    expect(problem.detail).toContain('area');
    const keys = async (area?: string) =>
      (await platform.report({ ...query, ...(area !== undefined && { area }) }, officer)).series.map(({ key }) => key);
    expect(await keys()).toEqual(['3301']);
    expect(await keys('33')).toEqual(['3301']);
    expect(await keys('330102')).toEqual(['3301']);
    expect((await platform.report(query)).series.map(({ key }) => key)).toEqual(['3301', '3302']);
  });
});
