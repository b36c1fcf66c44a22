import { ConsumerGroup } from '@app/contracts';
import { createService } from '@app/service';
import { connectLog } from '@app/streaming';

await createService({
  name: 'dynamic',
  module: () => import('./app.module.js'),
  expose: true,
  configure: async (app) => {
    const { PassesRepository } = await import('./passes/passes.repository.js');
    const { takeUploadsAsStreams } = await import('./pass-records/upload.js');
    takeUploadsAsStreams(app.getHttpAdapter().getInstance());
    connectLog(app, { group: ConsumerGroup.Dynamic, checkpoints: PassesRepository });
  },
});
