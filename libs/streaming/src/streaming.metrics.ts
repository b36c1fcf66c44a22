import { createCounter, createGauge } from '@app/telemetry';

/** Records whose result is stored. */
export const consumedRecords = createCounter({
  name: 'stream_records_consumed_total',
  help: 'Records of the log whose result is stored.',
  labels: ['topic', 'group'],
});

/** How far behind the log the group is. */
export const consumerDelay = createGauge({
  name: 'stream_consumer_delay_seconds',
  help: 'Age of the last record of the last batch when its result was stored.',
  labels: ['topic', 'group'],
});

/** Stored offsets that did not fit the log. */
export const offsetIncidents = createCounter({
  name: 'stream_offset_incidents_total',
  help: 'Stored offsets outside of what the log holds: records were dropped before they were read, or the log was lost.',
  labels: ['topic', 'group', 'standing'],
});
