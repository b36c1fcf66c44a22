import { ConsumerGroup } from '@app/contracts';
import { createService } from '@app/service';
import { connectLog } from '@app/streaming';

await createService({
  name: 'statistics',
  module: () => import('./app.module.js'),
  expose: true,
  configure: async (app) => {
    const { StreamOffsetsRepository } = await import('./passes/stream-offsets.repository.js');
    connectLog(app, { group: ConsumerGroup.Statistics, checkpoints: StreamOffsetsRepository });
  },
});
