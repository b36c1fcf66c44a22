import { createService } from '@app/service';

await createService({ name: 'system', module: () => import('./app.module.js'), expose: true });
