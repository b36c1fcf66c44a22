import { DEFAULT_LIMIT_SETS, judge, type VehicleKind } from '@app/contracts';
import { inventPlate, type Plate, type PlateClass } from './plates.ts';
import { Random } from './random.ts';

/** A vehicle of the invented fleet: it comes back, with the same plate, axles and habits. Weights in kg, lengths in mm. */
export interface Vehicle {
  kind: VehicleKind;
  axles: number;
  plate: Plate;
  /** The plate of its trailer, which a camera behind the station reads. */
  trailerPlate: Plate | undefined;
  emptyWeight: number;
  /** What the law or the maker lets it weigh. */
  fullWeight: number;
  spacings: number[];
  length: number;
  /** How often it is loaded beyond what the law's tolerance forgives. */
  overloadShare: number;
}

const KINDS: readonly (readonly [number, VehicleKind])[] = [
  [46, 'truck'],
  [30, 'train'],
  [19, 'car'],
  [5, 'bus'],
];

const AXLES: Readonly<Record<VehicleKind, readonly (readonly [number, number])[]>> = {
  truck: [
    [62, 2],
    [15, 3],
    [23, 4],
  ],
  train: [
    [2, 3],
    [8, 4],
    [10, 5],
    [80, 6],
  ],
  bus: [
    [94, 2],
    [6, 3],
  ],
  car: [[1, 2]],
};

/** Spacings between neighbouring axles in mm: low and high, from the front; the last pair repeats. */
const SPACINGS: Readonly<Record<VehicleKind, Readonly<Record<number, readonly (readonly [number, number])[]>>>> = {
  car: { 2: [[2_450, 3_050]] },
  bus: {
    2: [[4_800, 6_200]],
    3: [
      [5_800, 6_400],
      [1_350, 1_450],
    ],
  },
  truck: {
    2: [[3_300, 6_000]],
    3: [
      [3_800, 5_400],
      [1_300, 1_400],
    ],
    4: [
      [1_850, 2_000],
      [3_200, 4_600],
      [1_300, 1_400],
    ],
  },
  train: {
    3: [
      [3_300, 3_600],
      [6_500, 8_500],
    ],
    4: [
      [3_300, 3_600],
      [6_200, 8_000],
      [1_300, 1_400],
    ],
    5: [
      [3_300, 3_600],
      [5_800, 7_600],
      [1_300, 1_320],
    ],
    6: [
      [3_000, 3_300],
      [1_350, 1_400],
      [5_500, 7_200],
      [1_300, 1_320],
    ],
  },
};

const HABITUAL_OFFENDERS = 0.06;

/**
 * Builds vehicle number `id` of the fleet that belongs to `seed`.
 *
 * @param home the 4-digit code of the city where it is most likely registered
 */
export function buildVehicle(seed: number, id: number, home: string): Vehicle {
  const random = new Random(seed, id + 1);
  const kind = random.weighted(KINDS);
  const axles = random.weighted(AXLES[kind]);
  const spacings = buildSpacings(random, kind, axles);
  const fullWeight = findFullWeight(random, kind, axles);
  const isLight = kind === 'truck' && fullWeight < 5_000;
  return {
    kind,
    axles,
    plate: inventPlate(random, plateClassOf(random, kind, isLight), home),
    trailerPlate: kind === 'train' ? inventPlate(random, 'trailer', home) : undefined,
    emptyWeight: Math.round(fullWeight * (kind === 'truck' || kind === 'train' ? random.between(0.27, 0.38) : random.between(0.7, 0.8))),
    fullWeight,
    spacings,
    length: spacings.reduce((sum, spacing) => sum + spacing, 0) + random.integer(1_700, 2_600),
    overloadShare: random.chance(HABITUAL_OFFENDERS) ? 0.45 : 0.015,
  };
}

function plateClassOf(random: Random, kind: VehicleKind, isLight: boolean): PlateClass {
  if (kind === 'car') return random.chance(0.3) ? 'small-new-energy' : 'small';
  if (isLight) return random.chance(0.15) ? 'small-new-energy' : 'small';
  const newEnergy: Record<typeof kind, number> = { bus: 0.45, truck: 0.08, train: 0.03 };
  return random.chance(newEnergy[kind]) ? 'large-new-energy' : 'large';
}

function buildSpacings(random: Random, kind: VehicleKind, axles: number): number[] {
  const ranges = SPACINGS[kind][axles] ?? [];
  return Array.from({ length: axles - 1 }, (_, index) => {
    const [low, high] = ranges[index] ?? ranges.at(-1) ?? [3_000, 4_000];
    return random.integer(low, high);
  });
}

/** Cars and buses have their makers' weight; of two-axle trucks a good third are light; the rest use what the law allows. */
function findFullWeight(random: Random, kind: VehicleKind, axles: number): number {
  if (kind === 'car') return random.integer(1_300, 2_600);
  if (kind === 'bus') return random.integer(6_500, 9_000) * axles;
  if (kind === 'truck' && axles === 2 && random.chance(0.35)) return random.integer(3_200, 4_495);
  const judgement = judge({ vehicleKind: kind, axleCount: axles, grossWeight: 1, passedAt: new Date(0).toISOString() }, DEFAULT_LIMIT_SETS);
  return 'limit' in judgement ? judgement.limit : 18_000;
}
