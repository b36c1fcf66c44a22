import { cityOf, STATIONS, toChinaTime, type PassRecord, type Station } from '@app/contracts';
import type { Plate } from './plates.ts';
import { Random } from './random.ts';
import { isNight } from './rhythm.ts';
import { buildVehicle, type Vehicle } from './vehicles.ts';

/** What the generator is asked for. Shares are of all records, in [0, 1]. */
export interface GeneratorOptions {
  seed: number;
  /** Share of records that repeat an earlier one, byte for byte. */
  duplicates: number;
  /** Share of records that arrive minutes to hours after their pass. */
  late: number;
  /** Share of records with a snapshot. */
  media: number;
  /** No record is dated before this, late ones neither (ms since the epoch). */
  notBefore?: number | undefined;
}

const FLEET_SIZE = 60_000;
const MOST_LATE_MS = 6 * 3_600_000;
const LEAST_LATE_MS = 60_000;
const REMEMBERED = 512;
const UNREAD_SHARE = 0.02;
const TRAILER_READ_SHARE = 0.04;
const LOST_AXLES_SHARE = 0.0008;

/** Speed in km/h past each type of station: at full road speed, through a toll lane, out of a freight yard. */
const SPEEDS: Readonly<Record<Station['type'], readonly [number, number]>> = { 31: [32, 88], 41: [5, 28], 71: [4, 18] };

/**
 * Makes pass records of the province's stations, one JSON line at a time. The lines depend on the options and the times asked for, and
 * on nothing else.
 */
export class PassGenerator {
  readonly #options: GeneratorOptions;
  readonly #random: Random;
  readonly #stations: readonly (readonly [number, Station])[];
  readonly #recent: string[] = [];
  #sequence = 0;

  constructor(options: GeneratorOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    // A few stations see most of the traffic.
    const rank = new Random(options.seed, -1);
    this.#stations = STATIONS.map((station) => [1 / (0.05 + rank.fraction()), station]);
  }

  /** The line of one vehicle that passes at `at` (ms since the epoch), or of an earlier one again. */
  next(at: number): string {
    const random = this.#random;
    if (this.#recent.length > 0 && random.chance(this.#options.duplicates)) return random.pick(this.#recent);
    const line = JSON.stringify(this.#buildRecord(at));
    if (this.#recent.length < REMEMBERED) this.#recent.push(line);
    else this.#recent[this.#sequence % REMEMBERED] = line;
    return line;
  }

  #buildRecord(at: number): PassRecord {
    const random = this.#random;
    const passedAt = random.chance(this.#options.late) ? this.#backdate(at) : at;
    const station = random.weighted(this.#stations);
    const vehicle = this.#pickVehicle(passedAt, station);
    const plate = readPlate(random, vehicle);
    const grossWeight = weigh(random, vehicle);
    const axles = random.chance(LOST_AXLES_SHARE) ? 1 : vehicle.axles;
    const [slow, fast] = SPEEDS[station.type];
    this.#sequence += 1;
    return {
      recordId: `${this.#options.seed.toString(36)}-${passedAt.toString(36)}-${this.#sequence}`,
      stationCode: station.code,
      lane: random.integer(1, station.lanes),
      direction: random.chance(0.5) ? 'up' : 'down',
      passedAt: toChinaTime(passedAt),
      plate: plate?.text ?? null,
      plateColour: plate?.colour ?? null,
      vehicleKind: vehicle.kind,
      axleCount: axles,
      ...(axles === vehicle.axles && { axleWeights: splitWeight(random, grossWeight, axles), axleSpacings: vehicle.spacings }),
      grossWeight,
      length: vehicle.length,
      speed: Math.round(random.between(slow, fast) * 10) / 10,
      ...(random.chance(this.#options.media) && { media: [this.#buildSnapshot(station)] }),
    };
  }

  #backdate(at: number): number {
    // Most late records are minutes late, a few are hours late.
    const delay = LEAST_LATE_MS + (MOST_LATE_MS - LEAST_LATE_MS) * this.#random.fraction() ** 4;
    return Math.max(Math.floor(at - delay), this.#options.notBefore ?? -Infinity);
  }

  /** By night, cars and buses are home: one that comes up is given back once. */
  #pickVehicle(at: number, station: Station): Vehicle {
    const home = cityOf(station.code);
    const draw = () =>
      buildVehicle(this.#options.seed, Number(home) * FLEET_SIZE + Math.floor(FLEET_SIZE * this.#random.fraction() ** 2), home);
    const vehicle = draw();
    return isNight(at) && (vehicle.kind === 'car' || vehicle.kind === 'bus') ? draw() : vehicle;
  }

  #buildSnapshot(station: Station): NonNullable<PassRecord['media']>[number] {
    let sha256 = '';
    for (let part = 0; part < 8; part += 1) sha256 += this.#random.nextUint32().toString(16).padStart(8, '0');
    return { kind: 'snapshot', uri: `snapshots/${station.code}/${this.#sequence}.jpg`, sha256 };
  }
}

/** Cameras miss some plates, and sometimes read the trailer's. */
function readPlate(random: Random, vehicle: Vehicle): Plate | undefined {
  if (random.chance(UNREAD_SHARE)) return undefined;
  return vehicle.trailerPlate !== undefined && random.chance(TRAILER_READ_SHARE) ? vehicle.trailerPlate : vehicle.plate;
}

/** Gross weight in kg: empty, part loaded, full up to the tolerance (0.95 x gross = limit), or overloaded. */
function weigh(random: Random, vehicle: Vehicle): number {
  const { emptyWeight: empty, fullWeight: full } = vehicle;
  if (vehicle.kind === 'car' || vehicle.kind === 'bus') return random.integer(empty, full);
  if (full >= 18_000 && random.chance(vehicle.overloadShare)) return Math.round(full * (1.054 + 0.9 * random.fraction() ** 4));
  const load = random.weighted([
    [28, 'empty'],
    [44, 'part'],
    [28, 'full'],
  ] as const);
  if (load === 'empty') return Math.round(empty * random.between(0.98, 1.06));
  if (load === 'part') return Math.round(random.between(empty * 1.1, full * 0.88));
  return Math.round(full * random.between(0.88, 1.05));
}

/** Real scales' axle sums are a little below the gross weight. */
function splitWeight(random: Random, grossWeight: number, axles: number): number[] {
  const shares = Array.from({ length: axles }, (_, index) => (index === 0 ? 0.8 : 1) * random.between(0.9, 1.1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => Math.floor((grossWeight * share * 0.998) / total));
}
