import type { OverloadedPassEvent } from '@app/contracts';

/** An overloaded pass as the consumer keeps it; `at` = when the log took it, ms since the epoch. */
export interface NewestPass {
  at: number;
  pass: OverloadedPassEvent;
}

/** New figures of one minute and one day of arrival in one county. They only grow. */
export type LiveChange = [
  minute: number,
  day: number,
  county: string,
  passesOfMinute: number,
  overloadsOfMinute: number,
  passesOfDay: number,
  overloadsOfDay: number,
];

/** What the consumer publishes when a batch is committed. */
export interface LiveMessage {
  partition: number;
  changes: LiveChange[];
  passes: NewestPass[];
}
