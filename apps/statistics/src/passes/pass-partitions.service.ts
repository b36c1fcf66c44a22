import { DAY_MS, dayKey, startOfDay } from '@app/contracts';
import { inTransaction } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { toTimestamp } from '../postgres-time.js';

/** Guards the making of partitions among all instances: any number that nothing else in this database locks. */
const ADVISORY_LOCK = 0x70617373;

/**
 * Sees to it that every day of some passes has its partition. Days before the end of the archive need none of their own. Partitions are
 * attached, not created in place: that does not wait for those who write to the others.
 */
@Injectable()
export class PassPartitions {
  private readonly known = new Set<number>();
  private archiveEnd: number | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param times of the passes, ms since the epoch */
  async ensure(times: Iterable<number>): Promise<void> {
    const days = new Set<number>();
    for (const at of times) {
      const day = startOfDay(at);
      if (!this.known.has(day)) days.add(day);
    }
    if (days.size === 0) return;
    this.archiveEnd ??= await this.readArchiveEnd();
    const archiveEnd = this.archiveEnd;
    const missing = [...days].filter((day) => day >= archiveEnd).sort((a, b) => a - b);
    if (missing.length > 0) await inTransaction(this.dataSource, (manager) => createPartitions(manager, missing));
    for (const day of missing) this.known.add(day);
  }

  private async readArchiveEnd(): Promise<number> {
    const rows = await this.dataSource.query<{ ends_at: Date }[]>('SELECT ends_at FROM pass_archive');
    return rows[0]?.ends_at.getTime() ?? -Infinity;
  }
}

async function createPartitions(manager: EntityManager, days: readonly number[]): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
  for (const day of days) {
    const name = `pass_record_${dayKey(day).replaceAll('-', '')}`;
    const [row] = await manager.query<{ exists: boolean }[]>('SELECT to_regclass($1) IS NOT NULL AS "exists"', [name]);
    if (row?.exists === true) continue;
    await manager.query(`CREATE TABLE ${name} (LIKE pass_record)`);
    await manager.query(
      `ALTER TABLE pass_record ATTACH PARTITION ${name} FOR VALUES FROM ('${toTimestamp(day)}') TO ('${toTimestamp(day + DAY_MS)}')`,
    );
  }
}
