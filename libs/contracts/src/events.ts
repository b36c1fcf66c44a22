import type { PassRecord } from './pass-record.js';

/** Sent as server-sent event `pass` for an overloaded vehicle, newest last; also the element of a snapshot's `overloads`. */
export interface OverloadedPassEvent extends Pick<
  PassRecord,
  | 'recordId'
  | 'stationCode'
  | 'lane'
  | 'direction'
  | 'passedAt'
  | 'plate'
  | 'plateColour'
  | 'vehicleKind'
  | 'axleCount'
  | 'grossWeight'
  | 'speed'
> {
  limit: number;
  overWeight: number;
  overRate: number;
}

/** Passes and overloads of one minute of arrival, province-wide and by city (4-digit code). `minute` in RFC 3339 (+08:00). */
export interface MinuteCounts {
  minute: string;
  passes: number;
  overloads: number;
}

/**
 * Server-sent event `snapshot`: sent first and then at most once a second while something changes, so that a page which joins late
 * or reconnects needs nothing else. `cities`: today's (Asia/Shanghai, by arrival) counts by 4-digit code; `minutes`: the last 30, oldest first;
 * `overloads`: the newest 20, newest first.
 */
export interface LiveSnapshot {
  cities: Record<string, { passes: number; overloads: number }>;
  minutes: MinuteCounts[];
  overloads: OverloadedPassEvent[];
}
