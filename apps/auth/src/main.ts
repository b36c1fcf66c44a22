import { createService } from '@app/service';

await createService({
  name: 'auth',
  module: () => import('./app.module.js'),
  configure: async (app) => {
    const { mountProvider } = await import('./provider/provider.mount.js');
    mountProvider(app);
  },
});
