import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { PassRecord, VehicleKind } from '@app/contracts';
import { UsageError } from './options.ts';

/** The file gives kips (1,000 lb), feet and miles per hour. */
const KG_PER_KIP = 453.59237;
const MM_PER_FOOT = 304.8;
const KMH_PER_MPH = 1.609344;

const MOST_AXLES = 9;
const AXLE_NUMBERS = Array.from({ length: MOST_AXLES }, (_, index) => index + 1);

const REQUIRED = [
  'lane',
  'ts',
  'veh_class',
  'gross_weight',
  'veh_len',
  'speed',
  'obs_no',
  ...AXLE_NUMBERS.flatMap((axle) => [`axle_${axle}_rt_weight`, `axle_${axle}_lt_weight`]),
  ...AXLE_NUMBERS.slice(1).map((axle) => `axle_${axle - 1}_${axle}_spacing`),
] as const;

/** Reads the cells of one line by column name. */
type Row = ReturnType<typeof openRow>;

/**
 * Reads a weigh-in-motion CSV file (Caltrans columns: kips, feet, miles per hour, local time without offset) as the pass records of one
 * station, line by line as they are asked for.
 *
 * @returns JSON lines, one per row; a row may still break a rule of the pass record, which its receiver judges
 * @throws UsageError that names the file, the line (from 1, the header included) and the column
 */
export async function* readWeighInMotion(file: string, stationCode: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8');
  try {
    let columns: Map<string, number> | undefined;
    let number = 0;
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      if (columns === undefined) columns = readHeader(file, line);
      else if (line !== '') yield JSON.stringify(toPassRecord(openRow(file, number, columns, line), stationCode));
    }
    if (columns === undefined) throw new UsageError(`${file} is empty`);
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error)
      throw new UsageError(`${file} cannot be read: ${String(error.code)}`);
    throw error;
  } finally {
    input.destroy();
  }
}

function readHeader(file: string, line: string): Map<string, number> {
  const names = line.replace(/^\uFEFF/, '').split(',');
  const columns = new Map(names.map((name, index) => [name.trim(), index]));
  const missing = REQUIRED.find((name) => !columns.has(name));
  if (missing !== undefined) throw new UsageError(`${file} line 1: column ${missing} is missing`);
  return columns;
}

function openRow(file: string, line: number, columns: ReadonlyMap<string, number>, text: string) {
  const cells = text.split(',');
  const refuse = (column: string, rule: string): never => {
    throw new UsageError(`${file} line ${line}, column ${column}: ${rule}`);
  };
  if (cells.length !== columns.size)
    throw new UsageError(`${file} line ${line}: ${cells.length} cells, but the header has ${columns.size} columns`);
  const cell = (column: string) => cells[columns.get(column) ?? -1]?.trim() ?? '';
  const optionalNumber = (column: string): number | undefined => {
    const value = cell(column);
    if (value === '') return undefined;
    return /^\d{1,9}(\.\d{1,9})?$/.test(value)
      ? Number(value)
      : refuse(column, `must be a number, not ${JSON.stringify(value.slice(0, 40))}`);
  };
  const number = (column: string): number => optionalNumber(column) ?? refuse(column, 'must not be empty');
  return { cell, number, optionalNumber, refuse };
}

function toPassRecord(row: Row, stationCode: string): PassRecord {
  const weights = AXLE_NUMBERS.map((axle) => axleWeight(row, axle)).filter((weight) => weight !== undefined);
  const spacings = AXLE_NUMBERS.slice(1)
    .map((axle) => row.optionalNumber(`axle_${axle - 1}_${axle}_spacing`))
    .filter((spacing) => spacing !== undefined);
  if (weights.length === 0) row.refuse('axle_1_rt_weight', 'must not be empty: no axle has a weight');
  return {
    recordId: readRecordId(row),
    stationCode,
    lane: row.number('lane'),
    direction: 'up',
    passedAt: readTime(row),
    plate: null,
    plateColour: null,
    vehicleKind: readKind(row),
    axleCount: weights.length,
    axleWeights: weights.map((kips) => Math.round(kips * KG_PER_KIP)),
    ...(spacings.length === weights.length - 1 && { axleSpacings: spacings.map((feet) => Math.round(feet * MM_PER_FOOT)) }),
    grossWeight: Math.round(row.number('gross_weight') * KG_PER_KIP),
    length: Math.round(row.number('veh_len') * MM_PER_FOOT),
    speed: Math.round(row.number('speed') * KMH_PER_MPH * 10) / 10,
  };
}

function axleWeight(row: Row, axle: number): number | undefined {
  const right = row.optionalNumber(`axle_${axle}_rt_weight`);
  const left = row.optionalNumber(`axle_${axle}_lt_weight`);
  return right === undefined && left === undefined ? undefined : (right ?? 0) + (left ?? 0);
}

function readRecordId(row: Row): string {
  const id = row.cell('obs_no');
  return /^\d{1,20}$/.test(id) ? id : row.refuse('obs_no', `must be a whole number, not ${JSON.stringify(id.slice(0, 40))}`);
}

/** `yyyy-mm-dd hh:mm:ss`, read as +08:00. */
function readTime(row: Row): string {
  const text = row.cell('ts');
  const local = text.replace(' ', 'T');
  const at = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text) ? Date.parse(`${local}Z`) : NaN;
  // Date.parse rolls 30 February over into March.
  const isReal = !Number.isNaN(at) && new Date(at).toISOString().startsWith(local);
  return isReal
    ? `${local}+08:00`
    : row.refuse('ts', `must be a time such as 2012-01-02 09:22:08, not ${JSON.stringify(text.slice(0, 40))}`);
}

/** FHWA vehicle classes: 1-3 motorcycles to light vehicles, 4 buses, 5-7 single-unit trucks, 8-13 and California's 14 with trailers, 15 unclassified. */
function readKind(row: Row): VehicleKind {
  const vehicleClass = row.number('veh_class');
  if (!Number.isInteger(vehicleClass) || vehicleClass < 1 || vehicleClass > 15) {
    row.refuse('veh_class', `must be a class from 1 to 15, not ${vehicleClass}`);
  }
  if (vehicleClass <= 3) return 'car';
  if (vehicleClass === 4) return 'bus';
  return vehicleClass <= 7 || vehicleClass === 15 ? 'truck' : 'train';
}
