import { DAY_MS, startOfDay } from '@app/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { toTimestamp } from '../postgres-time.js';

const KEY_PARTITIONS = 8;
const DAYS_BEFORE_INSTALLATION = 62;

const COUNTS = `
  passes bigint NOT NULL,
  trucks bigint NOT NULL,
  overloads bigint NOT NULL,
  unjudged bigint NOT NULL,
  gross_weight bigint NOT NULL,
  over_weight bigint NOT NULL`;

/** Codes compare byte by byte, so that a prefix is a range. */
const CODE = 'text COLLATE "C" NOT NULL';

const TABLES = [
  `CREATE TABLE stream_offset (
    topic text NOT NULL,
    consumer_group text NOT NULL,
    partition integer NOT NULL,
    committed text NOT NULL,
    PRIMARY KEY (topic, consumer_group, partition)
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE pass_key (station_code ${CODE}, record_id ${CODE}, PRIMARY KEY (station_code, record_id)) PARTITION BY HASH (station_code)`,
  `CREATE TABLE pass_record (
    station_code ${CODE},
    record_id ${CODE},
    passed_at timestamptz NOT NULL,
    lane smallint NOT NULL,
    direction text NOT NULL,
    plate text,
    plate_colour smallint,
    vehicle_kind text NOT NULL,
    axle_count smallint NOT NULL,
    axle_weights double precision[],
    axle_spacings double precision[],
    gross_weight integer NOT NULL,
    length double precision,
    speed double precision NOT NULL,
    media jsonb,
    verdict text NOT NULL,
    weight_limit integer,
    over_weight integer NOT NULL
  ) PARTITION BY RANGE (passed_at)`,
  'CREATE INDEX pass_record_station_passed_at ON pass_record (station_code, passed_at)',
  `CREATE TABLE pass_archive (ends_at timestamptz NOT NULL)`,
  `CREATE TABLE rollup_hour (bucket timestamptz NOT NULL, station_code ${CODE}, ${COUNTS}, PRIMARY KEY (bucket, station_code)) WITH (fillfactor = 70)`,
  `CREATE TABLE rollup_day (bucket timestamptz NOT NULL, station_code ${CODE}, ${COUNTS}, PRIMARY KEY (bucket, station_code)) WITH (fillfactor = 70)`,
  `CREATE TABLE violation (
    station_code ${CODE},
    record_id ${CODE},
    passed_at timestamptz NOT NULL,
    plate text,
    plate_colour smallint,
    vehicle_kind text NOT NULL,
    axle_count smallint NOT NULL,
    gross_weight integer NOT NULL,
    weight_limit integer NOT NULL,
    limit_valid_from timestamptz,
    over_weight integer NOT NULL,
    over_rate double precision NOT NULL,
    PRIMARY KEY (station_code, record_id)
  )`,
  'CREATE INDEX violation_passed_at ON violation (passed_at)',
];

/**
 * Everything before the platform's own time lies in one partition, `pass_record_archive`; from two months before its installation on
 * every day has one of its own, made when its first record comes (see PassPartitions). So a record may bear any date, and no sender
 * of strange dates can make the number of partitions grow by more than the calendar does.
 */
export class CreateHistory1790000000000 implements MigrationInterface {
  name = 'CreateHistory1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    for (let part = 0; part < KEY_PARTITIONS; part += 1) {
      await runner.query(
        `CREATE TABLE pass_key_${part} PARTITION OF pass_key FOR VALUES WITH (MODULUS ${KEY_PARTITIONS}, REMAINDER ${part})`,
      );
    }
    const archiveEnd = toTimestamp(startOfDay(Date.now()) - DAYS_BEFORE_INSTALLATION * DAY_MS);
    await runner.query(`CREATE TABLE pass_record_archive PARTITION OF pass_record FOR VALUES FROM (MINVALUE) TO ('${archiveEnd}')`);
    await runner.query('INSERT INTO pass_archive (ends_at) VALUES ($1)', [archiveEnd]);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['violation', 'rollup_day', 'rollup_hour', 'pass_archive', 'pass_record', 'pass_key', 'stream_offset']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
