import { createCounter } from '@app/telemetry';

/** Records of the log by what they were: counted, duplicate, unreadable. */
export const processedPasses = createCounter({
  name: 'dynamic_passes_processed_total',
  help: 'Records of the log by what they were.',
  labels: ['outcome'],
});
