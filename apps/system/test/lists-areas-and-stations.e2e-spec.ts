import { SOME_NUMBER, SOME_TEXT, startSystem, type SystemUnderTest } from './support.js';

describe('areas and stations of system', () => {
  let system: SystemUnderTest;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  it('lists the province, its cities and its counties in both languages', async () => {
    const { status, body } = await system.get('/areas');
    expect(status).toBe(200);
    expect(body.total).toBe(102);
    expect(body.items).toHaveLength(102);
    expect(body.items[0]).toEqual({
      code: '33',
      parent: null,
      level: 'province',
      names: { 'zh-CN': '浙江省', en: 'Zhejiang' },
      validFrom: null,
      validTo: null,
      successor: null,
    });
  });

  it('lists one level, or what lies directly below one division', async () => {
    const cities = await system.get('/areas?level=city');
    expect(cities.body.items.map(({ code }) => code)).toEqual(Array.from({ length: 11 }, (_, index) => String(3301 + index)));
    const zhoushan = await system.get('/areas?parent=3309');
    expect(zhoushan.body.items.map(({ names }) => names.en)).toEqual(['Dinghai', 'Putuo', 'Daishan', 'Shengsi']);
    await expect(system.get('/areas?limit=2&offset=1&level=city')).resolves.toMatchObject({
      body: { total: 11, items: [{ code: '3302' }, { code: '3303' }] },
    });
  });

  it('keeps retired codes for the days on which they were in force', async () => {
    const codesAt = async (day: string) => {
      const { body } = await system.get(`/areas?parent=3301&at=${day}`);
      return body.items.map(({ code }) => code).filter((code) => ['330111', '330183'].includes(code));
    };
    await expect(codesAt('2014-12-12')).resolves.toEqual(['330183']);
    await expect(codesAt('2014-12-13')).resolves.toEqual(['330111']);
    const retired = await system.get('/areas?parent=3310&at=2012-06-01');
    expect(retired.body.items).toContainEqual(expect.objectContaining({ code: '331021', validTo: '2017-04-09', successor: '331083' }));
  });

  it('lists stations with their county, city, road and position', async () => {
    const { body } = await system.get('/stations?limit=1000');
    expect(body.total).toBe(170);
    expect(body.items).toHaveLength(170);
    expect(body.items[0]).toEqual({
      code: '3301020001',
      county: '330102',
      city: '3301',
      names: { 'zh-CN': SOME_TEXT, en: SOME_TEXT },
      road: 'G330',
      kilometre: 80,
      type: 31,
      lanes: SOME_NUMBER,
      latitude: SOME_NUMBER,
      longitude: SOME_NUMBER,
      inUse: true,
    });
  });

  it('narrows stations to an area, a type or a text', async () => {
    const inCounty = await system.get('/stations?area=330782');
    expect(inCounty.body.total).toBeGreaterThan(0);
    for (const { county } of inCounty.body.items) expect(county).toBe('330782');
    const expressway = await system.get('/stations?type=41');
    expect(expressway.body.total).toBeGreaterThan(0);
    for (const { type } of expressway.body.items) expect(type).toBe(41);
    const found = await system.get(`/stations?search=${encodeURIComponent('义乌')}`);
    expect(found.body.total).toBe(inCounty.body.total);
    await expect(system.get('/stations?search=%25')).resolves.toMatchObject({ body: { total: 0, items: [] } });
  });

  it("shows a city officer only their own city's stations and divisions", async () => {
    const officer = { permissions: ['system:stations:read', 'system:areas:read'], area: '3301' };
    const stations = await system.get('/stations?limit=1000', officer);
    expect(stations.body.total).toBeGreaterThan(10);
    for (const { code } of stations.body.items) expect(code).toMatch(/^3301/);
    const narrowed = await system.get('/stations?area=33', officer);
    expect(narrowed.body.total).toBe(stations.body.total);
    const areas = await system.get('/areas', officer);
    expect(areas.body.items).toHaveLength(14);
    for (const { code } of areas.body.items) expect(code).toMatch(/^3301/);
    await expect(system.get('/stations?area=3302', officer)).resolves.toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    await expect(system.get('/areas?parent=3302', officer)).resolves.toMatchObject({ status: 403 });
  });

  it.each([
    ['/areas?level=village', 'level', 'must be province, city or county'],
    ['/areas?parent=33x', 'parent', 'must be a division code of 2, 4 or 6 digits'],
    ['/areas?at=2012-02-30', 'at', 'must be a day as YYYY-MM-DD'],
    ['/areas?nonsense=1', 'nonsense', 'is not a known field'],
    ['/stations?limit=0', 'limit', 'must be a whole number from 1 to 1000'],
    ['/stations?limit=1001', 'limit', 'must be a whole number from 1 to 1000'],
    ['/stations?offset=-1', 'offset', 'must be a whole number from 0 to 1000000'],
    ['/stations?limit=1e2', 'limit', 'must be a whole number from 1 to 1000'],
    ['/stations?type=32', 'type', 'must be one of 31, 41, 71, 99'],
    ['/stations?area=33&area=3301', 'area', SOME_TEXT],
  ])('answers %s with the field and the rule', async (path, field, reason) => {
    const { status, headers, body } = await system.get(path);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ status: 400, code: 'INPUT_INVALID', errors: [{ field, reason }] });
  });
});
