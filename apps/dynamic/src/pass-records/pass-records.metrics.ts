import { createCounter } from '@app/telemetry';

/** Lines of uploads by what became of them: accepted, duplicates, rejected. */
export const receivedRecords = createCounter({
  name: 'dynamic_pass_records_received_total',
  help: 'Lines of uploads that are not empty, by what became of them.',
  labels: ['outcome'],
});
