import { copyInto } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toTimestamp } from '../postgres-time.js';
import { type JudgedPass, passKey } from './judged-pass.js';

const RECORD_COLUMNS = [
  'station_code',
  'record_id',
  'passed_at',
  'lane',
  'direction',
  'plate',
  'plate_colour',
  'vehicle_kind',
  'axle_count',
  'axle_weights',
  'axle_spacings',
  'gross_weight',
  'length',
  'speed',
  'media',
  'verdict',
  'weight_limit',
  'over_weight',
] as const;

/** Writes passes: their keys, their records, and the violations among them. */
@Injectable()
export class PassesRepository {
  /**
   * Enters the keys of passes.
   *
   * @param passes no two with one key
   * @returns those whose key was not there before
   */
  async insertKeys(manager: EntityManager, passes: readonly JudgedPass[]): Promise<JudgedPass[]> {
    const rows = await manager.query<{ key: string }[]>(
      `INSERT INTO pass_key (station_code, record_id) SELECT * FROM unnest($1::text[], $2::text[])
       ON CONFLICT DO NOTHING RETURNING station_code || record_id AS key`,
      [passes.map(({ stationCode }) => stationCode), passes.map(({ record }) => record.recordId)],
    );
    if (rows.length === passes.length) return [...passes];
    const fresh = new Set(rows.map(({ key }) => key));
    return passes.filter(({ record }) => fresh.has(passKey(record)));
  }

  /** The partitions of their days must be there. */
  async insertRecords(manager: EntityManager, passes: readonly JudgedPass[]): Promise<void> {
    await copyInto(manager, 'pass_record', RECORD_COLUMNS, passes.map(toRecordRow));
  }

  async insertViolations(manager: EntityManager, passes: readonly JudgedPass[]): Promise<void> {
    const rows = passes.flatMap(toViolation);
    if (rows.length === 0) return;
    await manager.query(
      `INSERT INTO violation
        (station_code, record_id, passed_at, plate, plate_colour, vehicle_kind, axle_count, gross_weight, weight_limit, limit_valid_from, over_weight, over_rate)
      SELECT * FROM json_to_recordset($1) AS row (
        station_code text, record_id text, passed_at timestamptz, plate text, plate_colour smallint, vehicle_kind text, axle_count smallint,
        gross_weight integer, weight_limit integer, limit_valid_from timestamptz, over_weight integer, over_rate double precision)`,
      [JSON.stringify(rows)],
    );
  }
}

function toRecordRow({ record, passedAt, judgement }: JudgedPass) {
  return [
    record.stationCode,
    record.recordId,
    toTimestamp(passedAt),
    record.lane,
    record.direction,
    record.plate,
    record.plateColour,
    record.vehicleKind,
    record.axleCount,
    toArray(record.axleWeights),
    toArray(record.axleSpacings),
    record.grossWeight,
    record.length ?? null,
    record.speed,
    record.media === undefined ? null : JSON.stringify(record.media),
    judgement.verdict,
    'limit' in judgement ? judgement.limit : null,
    judgement.overWeight,
  ];
}

function toArray(numbers: readonly number[] | undefined): string | null {
  return numbers === undefined ? null : `{${numbers.join(',')}}`;
}

function toViolation({ record, passedAt, judgement, limitValidFrom }: JudgedPass) {
  if (judgement.verdict !== 'overloaded') return [];
  return [
    {
      station_code: record.stationCode,
      record_id: record.recordId,
      passed_at: toTimestamp(passedAt),
      plate: record.plate,
      plate_colour: record.plateColour,
      vehicle_kind: record.vehicleKind,
      axle_count: record.axleCount,
      gross_weight: record.grossWeight,
      weight_limit: judgement.limit,
      limit_valid_from: limitValidFrom === undefined ? null : toTimestamp(limitValidFrom),
      over_weight: judgement.overWeight,
      over_rate: judgement.overRate,
    },
  ];
}
