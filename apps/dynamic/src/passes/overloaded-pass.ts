import type { Judgement, OverloadedPassEvent, PassRecord } from '@app/contracts';

/** What the live screen shows of an overloaded pass: neither its axles nor its media. */
export function toOverloadedPass(record: PassRecord, judgement: Judgement & { verdict: 'overloaded' }): OverloadedPassEvent {
  const { recordId, stationCode, lane, direction, passedAt, plate, plateColour, vehicleKind, axleCount, grossWeight, speed } = record;
  const { limit, overWeight, overRate } = judgement;
  return {
    recordId,
    stationCode,
    lane,
    direction,
    passedAt,
    plate,
    plateColour,
    vehicleKind,
    axleCount,
    grossWeight,
    speed,
    limit,
    overWeight,
    overRate,
  };
}
