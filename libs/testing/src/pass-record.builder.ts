import type { PassRecord } from '@app/contracts';

const PLATE_CHARACTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';

let serial = 0;

/**
 * A valid pass record: a two-axle truck below its limit, weighed a minute ago at the first station of 杭州's 上城区. Every call has a `recordId` and an
 * invented plate of its own.
 *
 * @param overrides fields that matter to the test
 */
export function passRecord(overrides: Partial<PassRecord> = {}): PassRecord {
  serial += 1;
  const base: PassRecord = {
    recordId: `${process.pid}-${serial}`,
    stationCode: '3301020001',
    lane: 1,
    direction: 'up',
    passedAt: new Date(Date.now() - 60_000).toISOString(),
    plate: inventPlate(serial),
    plateColour: 2,
    vehicleKind: 'truck',
    axleCount: 2,
    grossWeight: 12_000,
    speed: 42,
  };
  return { ...base, ...overrides };
}

/** 浙 and a city's letter, then five characters of the serial number: GA 36-2018 has no I and no O. */
function inventPlate(number: number): string {
  let rest = number;
  let tail = '';
  for (let place = 0; place < 5; place += 1) {
    tail = (PLATE_CHARACTERS[rest % PLATE_CHARACTERS.length] ?? 'A') + tail;
    rest = Math.floor(rest / PLATE_CHARACTERS.length);
  }
  return `浙A${tail}`;
}
