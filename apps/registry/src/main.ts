import { createService } from '@app/service';

// The configuration centre does not wait for itself: it starts from files and follows its own KV once it answers.
await createService({ name: 'registry', module: () => import('./app.module.js'), configuration: { waitMs: 0 } });
