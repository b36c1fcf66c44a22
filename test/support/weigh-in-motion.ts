import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where real test data lies; not part of the repository. */
const DATA_FOLDER = process.env.CAUSEWAY_TEST_DATA ?? resolve(import.meta.dirname, '../../../shared/data');

/** The weigh-in-motion records of a real station, or undefined where they cannot be had. */
export const WEIGH_IN_MOTION_FILE: string | undefined = [join(DATA_FOLDER, 'weigh-in-motion/site83.csv')].find((file) => existsSync(file));

/** A row of the file by column name, as text. */
export type Row = Record<string, string>;

/** Reads the rows of the file: plain comma-separated values without quotes. */
export function readRows(file: string): Row[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [names[index] ?? '', value])));
}

const KG_PER_KIP = 453.59237;
const MM_PER_FOOT = 304.8;
const KM_PER_MILE = 1.609344;

/** A row as a pass record of `stationCode`. */
export function toPassRecord(row: Row, stationCode: string) {
  const vehicleClass = Number(row.veh_class);
  const axles = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((axle) => row[`axle_${String(axle)}_rt_weight`] !== '');
  return {
    recordId: row.obs_no ?? '',
    stationCode,
    lane: Number(row.lane),
    direction: 'up',
    passedAt: `${(row.ts ?? '').replace(' ', 'T')}+08:00`,
    plate: null,
    plateColour: null,
    vehicleKind: kindOf(vehicleClass),
    axleCount: axles.length,
    grossWeight: Math.round(Number(row.gross_weight) * KG_PER_KIP),
    length: Math.round(Number(row.veh_len) * MM_PER_FOOT),
    speed: Math.round(Number(row.speed) * KM_PER_MILE),
  };
}

function kindOf(vehicleClass: number): string {
  if (vehicleClass <= 3) return 'car';
  if (vehicleClass === 4) return 'bus';
  return vehicleClass <= 7 || vehicleClass === 15 ? 'truck' : 'train';
}
