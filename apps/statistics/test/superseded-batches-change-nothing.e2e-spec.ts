import { ConfigModule, ConfigStore } from '@app/config';
import { type PassRecord, Topic } from '@app/contracts';
import { PersistenceModule } from '@app/persistence';
import { BEGINNING, type LogBatch } from '@app/streaming';
import { createLogger } from '@app/telemetry';
import { createTestDatabase, passRecord, type TestDatabase } from '@app/testing';
import { Test, type TestingModule } from '@nestjs/testing';
import { migrations } from '../src/migrations/index.js';
import { PassesModule } from '../src/passes/passes.module.js';
import { PassesService } from '../src/passes/passes.service.js';
import { StreamOffsetsRepository } from '../src/passes/stream-offsets.repository.js';

const HOUR_MS = 3_600_000;

function toBatch(records: readonly PassRecord[], changes: Partial<LogBatch> = {}): LogBatch {
  const at = Date.now();
  return {
    topic: Topic.PassRecords,
    partition: 0,
    from: BEGINNING,
    to: `${at}-${records.length}`,
    records: records.map((record, index) => ({ offset: `${at}-${index + 1}`, at, value: JSON.stringify(record) })),
    ...changes,
  };
}

describe('two instances of statistics on one partition', () => {
  let database: TestDatabase;
  let instances: TestingModule[];

  const startInstance = async () => {
    const environment = { DATABASE_URL: database.url };
    const store = new ConfigStore({ service: 'statistics', environment, files: [], logger: createLogger('test') });
    const persistence = PersistenceModule.forRoot({ schema: 'statistics', entities: [], migrations });
    const module = await Test.createTestingModule({ imports: [ConfigModule.forRoot(store), persistence, PassesModule] }).compile();
    return await module.init();
  };
  const serviceOf = (index: number) => instances[index]!.get(PassesService);
  const offsetOf = (partition: number) => instances[0]!.get(StreamOffsetsRepository).load(Topic.PassRecords, partition);
  const figures = async () =>
    (
      await database.query(
        `SELECT (SELECT count(*)::int FROM pass_key) AS keys, (SELECT count(*)::int FROM pass_record) AS records,
          (SELECT coalesce(sum(passes), 0)::int FROM rollup_hour) AS by_hour, (SELECT coalesce(sum(passes), 0)::int FROM rollup_day) AS by_day`,
      )
    )[0];

  beforeEach(async () => {
    database = await createTestDatabase({ schema: 'statistics' });
    instances = [await startInstance(), await startInstance()];
  });
  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.close()));
    await database.drop();
  });

  it('store a batch once when both have it', async () => {
    await offsetOf(0);
    const batch = toBatch([passRecord(), passRecord()]);
    const outcomes = await Promise.all([serviceOf(0).store(batch), serviceOf(1).store(batch)]);
    expect([...outcomes].sort()).toEqual(['committed', 'superseded']);
    expect(await figures()).toEqual({ keys: 2, records: 2, by_hour: 2, by_day: 2 });
    expect(await offsetOf(0)).toBe(batch.to);
  });

  it('store nothing of a batch that does not follow the stored offset, new records neither', async () => {
    const first = toBatch([passRecord()]);
    expect(await offsetOf(0)).toBe(BEGINNING);
    expect(await serviceOf(0).store(first)).toBe('committed');
    const stale = toBatch([passRecord()], { to: '1-1' });
    expect(await serviceOf(1).store(stale)).toBe('superseded');
    expect(await serviceOf(1).store({ ...stale, from: 'elsewhere' })).toBe('superseded');
    expect(await figures()).toEqual({ keys: 1, records: 1, by_hour: 1, by_day: 1 });
    expect(await offsetOf(0)).toBe(first.to);
  });

  it('make the partition of a new day together', async () => {
    const passedAt = new Date(Date.now() - 40 * 24 * HOUR_MS).toISOString();
    const batches = Array.from({ length: 8 }, (_, partition) =>
      toBatch([passRecord({ stationCode: `330102000${partition}`, passedAt })], { partition }),
    );
    await Promise.all(batches.map(({ partition }) => offsetOf(partition)));
    const outcomes = await Promise.all(batches.map((batch, index) => serviceOf(index % 2).store(batch)));
    expect(new Set(outcomes)).toEqual(new Set(['committed']));
    const [row] = await database.query<{ partitions: number }>(
      'SELECT count(DISTINCT tableoid)::int AS partitions FROM pass_record WHERE passed_at = $1',
      [passedAt],
    );
    expect(row?.partitions).toBe(1);
    expect(await figures()).toEqual({ keys: 8, records: 8, by_hour: 8, by_day: 8 });
  });

  it('leave nothing behind of a batch that fails half-way', async () => {
    await offsetOf(0);
    await database.query('ALTER TABLE rollup_day ADD CONSTRAINT no_room CHECK (passes < 2)');
    await expect(serviceOf(0).store(toBatch([passRecord(), passRecord()]))).rejects.toThrow('no_room');
    expect(await figures()).toEqual({ keys: 0, records: 0, by_hour: 0, by_day: 0 });
    expect(await offsetOf(0)).toBe(BEGINNING);
  });
});
