import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toTimestamp } from '../postgres-time.js';
import type { RollupDelta } from './rollups.js';

/** The two roll-up tables: additive counts by bucket and station. */
export type RollupTable = 'rollup_hour' | 'rollup_day';

/** Adds to the roll-ups inside the transaction of the records that they count. */
@Injectable()
export class RollupsRepository {
  async add(manager: EntityManager, table: RollupTable, deltas: readonly RollupDelta[]): Promise<void> {
    if (deltas.length === 0) return;
    await manager.query(ADD[table], [
      deltas.map(({ bucket }) => toTimestamp(bucket)),
      deltas.map(({ stationCode }) => stationCode),
      deltas.map(({ counts }) => counts.passes),
      deltas.map(({ counts }) => counts.trucks),
      deltas.map(({ counts }) => counts.overloads),
      deltas.map(({ counts }) => counts.unjudged),
      deltas.map(({ counts }) => counts.grossWeight),
      deltas.map(({ counts }) => counts.overWeight),
    ]);
  }
}

const ADD: Readonly<Record<RollupTable, string>> = { rollup_hour: addStatement('rollup_hour'), rollup_day: addStatement('rollup_day') };

/** Late and out-of-order records need no more than this: they add to their own bucket, whenever they come. */
function addStatement(table: RollupTable): string {
  return `
    INSERT INTO ${table} AS kept (bucket, station_code, passes, trucks, overloads, unjudged, gross_weight, over_weight)
    SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    ON CONFLICT (bucket, station_code) DO UPDATE SET
      passes = kept.passes + excluded.passes,
      trucks = kept.trucks + excluded.trucks,
      overloads = kept.overloads + excluded.overloads,
      unjudged = kept.unjudged + excluded.unjudged,
      gross_weight = kept.gross_weight + excluded.gross_weight,
      over_weight = kept.over_weight + excluded.over_weight`;
}
