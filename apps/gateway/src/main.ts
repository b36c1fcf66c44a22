import { createService } from '@app/service';

await createService({
  name: 'gateway',
  module: () => import('./app.module.js'),
  management: 'apart',
  configure: async (app) => {
    const { openConsole } = await import('./console/open-console.js');
    const { openFrontDoor } = await import('./proxy/open-front-door.js');
    await openConsole(app);
    openFrontDoor(app);
  },
});
