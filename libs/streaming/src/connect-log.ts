import { ConfigStore } from '@app/config';
import type { INestApplication, Type } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { CheckpointStore } from './checkpoint-store.js';
import { PARTITIONED_LOG, type PartitionedLog, UnknownGroupError } from './partitioned-log.js';
import { PartitionedLogServer } from './partitioned-log.server.js';
import { streamingConfig } from './streaming.config.js';

/** What a service says to read the log. */
export interface ConnectLogOptions {
  /** The consumer group: one of `ConsumerGroup` and of `streaming.groups`. */
  group: string;
  /** The provider of the application that keeps the group's offsets. */
  checkpoints: Type<CheckpointStore>;
}

/**
 * Connects an application's `@BatchHandler`s to the log; `StreamingModule.forRoot()` must be imported. Reading starts with
 * `app.startAllMicroservices()` and ends with `app.close()`.
 *
 * @throws UnknownGroupError when the group is not in `streaming.groups`
 * @example configure: (app) => connectLog(app, { group: ConsumerGroup.Statistics, checkpoints: PassRecordRepository })
 */
export function connectLog(app: INestApplication, { group, checkpoints }: ConnectLogOptions): void {
  const settings = app.get(ConfigStore).get(streamingConfig).value;
  if (!settings.groups.includes(group)) throw new UnknownGroupError(group, settings.groups);
  const strategy = new PartitionedLogServer({
    log: app.get<PartitionedLog>(PARTITIONED_LOG),
    group,
    checkpoints: app.get(checkpoints, { strict: false }),
    settings,
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy });
}
