import { createTestDatabase, type TestDatabase } from '@app/testing';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { connect } from '../src/connect.js';
import { runMigrations } from '../src/migrations.js';
import { optionsFor } from './support.js';

class First1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE thing (id integer); SELECT pg_sleep(0.3); INSERT INTO thing VALUES (1)');
  }
  async down(): Promise<void> {
    await Promise.reject(new Error('never'));
  }
}

class Broken1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (id integer)');
    await runner.query('SELECT nonsense');
  }
  async down(): Promise<void> {
    await Promise.reject(new Error('never'));
  }
}

describe('runMigrations', () => {
  let database: TestDatabase;
  const open: DataSource[] = [];

  beforeEach(async () => {
    database = await createTestDatabase({ schema: 'trial' });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((dataSource) => dataSource.destroy()));
    await database.drop();
  });

  const connectWith = async (migrations: (new () => MigrationInterface)[], config = {}) => {
    const dataSource = await connect(optionsFor(database.url, { migrations }, config), 10_000);
    open.push(dataSource);
    return dataSource;
  };

  it('runs each migration once, however many instances start together', async () => {
    const instances = await Promise.all(Array.from({ length: 4 }, () => connectWith([First1700000000000])));
    await Promise.all(instances.map((instance) => runMigrations(instance, 'trial', 10_000)));
    await expect(database.query('SELECT count(*)::int AS n FROM thing')).resolves.toEqual([{ n: 1 }]);
    await expect(database.query('SELECT name FROM trial.migration')).resolves.toEqual([{ name: 'First1700000000000' }]);
  });

  it('keeps what came before a migration that fails, and nothing of the one that failed', async () => {
    const dataSource = await connectWith([First1700000000000, Broken1700000000001]);
    await expect(runMigrations(dataSource, 'trial', 10_000)).rejects.toThrow(/nonsense/);
    await expect(database.query('SELECT name FROM migration')).resolves.toEqual([{ name: 'First1700000000000' }]);
    await expect(database.query('SELECT * FROM half')).rejects.toThrow(/does not exist/);
    await expect(runMigrations(await connectWith([First1700000000000]), 'trial', 10_000)).resolves.toBeUndefined();
  });

  it('lets a migration take longer than a statement may', async () => {
    const dataSource = await connectWith([First1700000000000], { statementTimeoutMs: 100 });
    await runMigrations(dataSource, 'trial', 10_000);
    await expect(dataSource.query('SELECT pg_sleep(0.3)')).rejects.toThrow(/statement timeout/);
  });

  it('does not wait for ever for an instance that hangs', async () => {
    const [holder, waiter] = await Promise.all([connectWith([]), connectWith([First1700000000000])]);
    await holder.query('SELECT pg_advisory_lock($1, hashtext($2))', [0x6361_7573, 'trial']);
    await expect(runMigrations(waiter, 'trial', 1_000)).rejects.toThrow(/lock timeout/);
  });
});
