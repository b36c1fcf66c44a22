import { type PassRecord, VEHICLE_KINDS } from '@app/contracts';

/** Records of many stations, kinds, weights and hours, the same for a seed. Every 20th repeats an earlier key. */
export function manyRecords(count: number, seed = 1): PassRecord[] {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const records: PassRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const earlier = index % 20 === 19 ? records[random(index)] : undefined;
    records.push({
      recordId: earlier?.recordId ?? `${seed}-${index}`,
      stationCode:
        earlier?.stationCode ?? `33${String(1 + random(11)).padStart(2, '0')}0${1 + random(9)}${String(1 + random(6)).padStart(4, '0')}`,
      lane: 1 + random(6),
      direction: random(2) === 0 ? 'up' : 'down',
      passedAt: new Date(Date.UTC(2026, 5, 28) + random(5 * 86_400) * 1_000).toISOString(),
      plate: null,
      plateColour: null,
      vehicleKind: VEHICLE_KINDS[random(VEHICLE_KINDS.length)] ?? 'truck',
      axleCount: 1 + random(8),
      grossWeight: 1_000 + random(70_000),
      speed: random(120),
    });
  }
  return records;
}
