/** Topics of the platform's partitioned log. */
export const Topic = { PassRecords: 'pass-records' } as const;

/** Consumer groups that read them. */
export const ConsumerGroup = { Dynamic: 'dynamic', Statistics: 'statistics' } as const;
