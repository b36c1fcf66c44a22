import { createService } from '@app/service';

await createService({ name: 'registry', module: () => import('./app.module.js') });
