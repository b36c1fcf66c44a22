import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEFAULT_LIMIT_SETS, isTruck, judge, parsePassRecord, type PassRecord } from '@app/contracts';
import { readWeighInMotion } from './wim.ts';

const STATION = '3301020001';
const DATA = process.env.CAUSEWAY_TEST_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');
const FILE = join(DATA, 'weigh-in-motion/site83.csv');

const AXLES = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const HEADER = [
  ...['site_no', 'lane', 'ts', 'veh_no', 'veh_class', 'gross_weight', 'veh_len', 'speed', 'violation_code'],
  ...AXLES.flatMap((axle) => [`axle_${axle}_rt_weight`, `axle_${axle}_lt_weight`]),
  ...AXLES.slice(1).map((axle) => `axle_${axle - 1}_${axle}_spacing`),
  'obs_no',
];

/** A row of a three-axle truck; cells by column name. */
const ROW: Record<string, string> = {
  lane: '2',
  ts: '2012-02-29 23:59:59',
  veh_class: '6',
  gross_weight: '40.0',
  veh_len: '30.5',
  speed: '50.0',
  axle_1_rt_weight: '5.0',
  axle_1_lt_weight: '5.1',
  axle_2_rt_weight: '7.0',
  axle_2_lt_weight: '7.2',
  axle_3_rt_weight: '7.1',
  axle_3_lt_weight: '7.4',
  axle_1_2_spacing: '12.0',
  axle_2_3_spacing: '4.5',
  obs_no: '77',
};

const toLine = (cells: Record<string, string>) => HEADER.map((name) => cells[name] ?? '').join(',');

async function readAll(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readWeighInMotion(file, STATION)) lines.push(line);
  return lines;
}

describe('readWeighInMotion', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wim-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function readText(text: string): Promise<PassRecord[]> {
    const file = join(folder, 'rows.csv');
    await writeFile(file, text);
    return (await readAll(file)).map((line) => JSON.parse(line) as PassRecord);
  }
  const readRow = (changes: Record<string, string> = {}) => readText(`${HEADER.join(',')}\n${toLine({ ...ROW, ...changes })}\n`);

  it('turns kips, feet and miles per hour into kilograms, millimetres and kilometres per hour', async () => {
    expect(await readRow()).toEqual([
      {
        recordId: '77',
        stationCode: STATION,
        lane: 2,
        direction: 'up',
        passedAt: '2012-02-29T23:59:59+08:00',
        plate: null,
        plateColour: null,
        vehicleKind: 'truck',
        axleCount: 3,
        axleWeights: [4581, 6441, 6577],
        axleSpacings: [3658, 1372],
        grossWeight: 18144,
        length: 9296,
        speed: 80.5,
      },
    ]);
  });

  it('knows the kinds by class', async () => {
    const kinds = [];
    for (let vehicleClass = 1; vehicleClass <= 15; vehicleClass += 1) {
      kinds.push((await readRow({ veh_class: String(vehicleClass) }))[0]!.vehicleKind);
    }
    expect(kinds.join(' ')).toBe('car car car bus truck truck truck train train train train train train train truck');
  });

  it('reads files with a byte order mark, CRLF and empty lines', async () => {
    const rows = await readText(`\uFEFF${HEADER.join(',')}\r\n${toLine(ROW)}\r\n\r\n${toLine({ ...ROW, obs_no: '78' })}\r\n`);
    expect(rows.map(({ recordId }) => recordId)).toEqual(['77', '78']);
  });

  it.each([
    ['gross_weight', 'heavy', 'must be a number, not "heavy"'],
    ['gross_weight', '', 'must not be empty'],
    ['speed', '-1', 'must be a number, not "-1"'],
    ['ts', '2012-02-30 10:00:00', 'must be a time such as 2012-01-02 09:22:08, not "2012-02-30 10:00:00"'],
    ['ts', '02/01/2012', 'must be a time such as 2012-01-02 09:22:08, not "02/01/2012"'],
    ['veh_class', '16', 'must be a class from 1 to 15, not 16'],
    ['obs_no', 'x', 'must be a whole number, not "x"'],
    ['axle_2_lt_weight', '1e3', 'must be a number, not "1e3"'],
  ])('names line, column and rule of a bad cell: %s %s', async (column, value, rule) => {
    await expect(readRow({ [column]: value })).rejects.toThrow(`rows.csv line 2, column ${column}: ${rule}`);
  });

  it('refuses a row without any axle weight, with too few cells, and a file without a column or without lines', async () => {
    const noAxles = Object.fromEntries(
      Object.keys(ROW)
        .filter((name) => name.endsWith('t_weight'))
        .map((name) => [name, '']),
    );
    await expect(readRow(noAxles)).rejects.toThrow('line 2, column axle_1_rt_weight');
    await expect(readText(`${HEADER.join(',')}\n${toLine(ROW)}\n1,2,3\n`)).rejects.toThrow(
      'line 3: 3 cells, but the header has 36 columns',
    );
    await expect(readText('lane,ts\n')).rejects.toThrow('line 1: column veh_class is missing');
    await expect(readText('')).rejects.toThrow('is empty');
    await expect(readAll(join(folder, 'none.csv'))).rejects.toThrow('none.csv cannot be read: ENOENT');
  });

  const realIt = existsSync(FILE) ? it : it.skip;
  realIt(`reads ${FILE}: 99 records, 96 of them valid, 90 of those trucks, none overloaded`, async () => {
    const lines = await readAll(FILE);
    expect(lines).toHaveLength(99);
    const parsed = lines.map((line) => parsePassRecord(line, Date.now()));
    const records = parsed.flatMap((one) => (one.ok ? [one.record] : []));
    const faults = parsed.flatMap((one) => (one.ok ? [] : [one.fault.field]));
    expect(faults).toEqual(['length', 'length', 'length']);
    expect(records).toHaveLength(96);
    expect(records.filter(({ vehicleKind }) => isTruck(vehicleKind))).toHaveLength(90);
    expect(records.filter((record) => judge(record, DEFAULT_LIMIT_SETS).verdict === 'overloaded')).toEqual([]);
    const [header = '', ...rows] = (await readFile(FILE, 'utf8')).trim().split('\n');
    const weightColumn = header.split(',').indexOf('gross_weight');
    const weights = rows.map((row) => Math.round(Number(row.split(',')[weightColumn]) * 453.59237));
    expect(lines.map((line) => (JSON.parse(line) as PassRecord).grossWeight)).toEqual(weights);
  });
});
