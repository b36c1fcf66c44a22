import { ConfigModule, ConfigStore } from '@app/config';
import { ConsumerGroup, type InternalClaims, type OverloadReport, type PassRecord, Permission, Topic } from '@app/contracts';
import { PARTITIONED_LOG, type PartitionedLog, StreamingModule } from '@app/streaming';
import { createLogger } from '@app/telemetry';
import {
  createTestDatabase,
  freshRedis,
  startService,
  startTokenIssuer,
  type TestDatabase,
  type TestService,
  type TokenIssuer,
  waitFor,
} from '@app/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';

/** The service `statistics` with stores of its own, the log that it reads, and tokens that it trusts. */
export class StatisticsPlatform {
  private service: TestService | undefined;

  private constructor(
    readonly database: TestDatabase,
    readonly issuer: TokenIssuer,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly context: INestApplicationContext,
  ) {}

  static async start(): Promise<StatisticsPlatform> {
    const [database, redis, issuer] = await Promise.all([createTestDatabase({ schema: 'statistics' }), freshRedis(), startTokenIssuer()]);
    // A killed process' partitions are free again after a second.
    const environment = { DATABASE_URL: database.url, REDIS_URL: redis.url, STREAMING_LEASE_MS: '1000', ...issuer.env };
    const platform = new StatisticsPlatform(database, issuer, environment, await openLog(redis.url));
    await platform.startService();
    return platform;
  }

  async startService(): Promise<void> {
    this.service = await startService('statistics', this.environment);
  }

  async killService(): Promise<void> {
    await this.service?.kill();
  }

  async stop(): Promise<void> {
    await this.service?.stop();
    await this.context.close();
    await Promise.all([this.database.drop(), this.issuer.stop()]);
  }

  get url(): string {
    return this.service?.url ?? '';
  }

  /** Appends records to the log, as `dynamic` does. */
  async append(records: readonly PassRecord[]): Promise<void> {
    await this.log.append(
      Topic.PassRecords,
      records.map((record) => ({ key: record.stationCode, value: JSON.stringify(record) })),
    );
  }

  /** Appends what no ingest would have let through. */
  async appendRaw(stationCode: string, value: string): Promise<void> {
    await this.log.append(Topic.PassRecords, [{ key: stationCode, value }]);
  }

  /** Waits until everything in the log is stored. */
  async caughtUp(timeoutMs = 30_000): Promise<void> {
    await waitFor(async () => (await this.backlog()).length === 0, { timeoutMs, what: 'The end of the log in the store' });
  }

  async report(query: Record<string, string>, claims: Partial<InternalClaims> = {}): Promise<OverloadReport> {
    const response = await this.get(query, claims);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as OverloadReport;
  }

  async get(query: Record<string, string> | [string, string][], claims: Partial<InternalClaims> = {}): Promise<Response> {
    const headers = await this.issuer.bearer({ aud: 'statistics', permissions: [Permission.ReportsRead], ...claims });
    return await fetch(`${this.url}/reports/overload?${new URLSearchParams(query).toString()}`, { headers });
  }

  private get log(): PartitionedLog {
    return this.context.get<PartitionedLog>(PARTITIONED_LOG);
  }

  /** Partitions whose stored offset is not yet that of their last record. */
  private async backlog(): Promise<number[]> {
    const rows = await this.database.query<{ partition: number; committed: string }>(
      'SELECT partition, committed FROM stream_offset WHERE topic = $1 AND consumer_group = $2',
      [Topic.PassRecords, ConsumerGroup.Statistics],
    );
    const stored = new Map(rows.map(({ partition, committed }) => [partition, committed]));
    const partitions = Array.from({ length: this.log.partitions(Topic.PassRecords) }, (_, partition) => partition);
    const latest = await Promise.all(partitions.map(async (partition) => (await this.log.bounds(Topic.PassRecords, partition)).latest));
    return partitions.filter((partition) => latest[partition] !== undefined && stored.get(partition) !== latest[partition]);
  }
}

async function openLog(redisUrl: string): Promise<INestApplicationContext> {
  const store = new ConfigStore({ service: 'test', environment: { REDIS_URL: redisUrl }, files: [], logger: createLogger('test') });
  const module = await Test.createTestingModule({ imports: [ConfigModule.forRoot(store), StreamingModule.forRoot()] }).compile();
  return await module.init();
}
