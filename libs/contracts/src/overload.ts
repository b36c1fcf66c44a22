import { z } from 'zod';
import type { PassRecord, VehicleKind } from './pass-record.js';

const axleLimitSchema = z.strictObject({
  axles: z.int().min(1).max(32),
  /** Also holds for every greater number of axles. */
  andMore: z.boolean().default(false),
  /** The kind that the limit is for; absent = any truck that has no limit of its own kind. */
  kind: z.enum(['truck', 'train']).optional(),
  limit: z.int().min(1).max(1_000_000),
});

/**
 * Limits of gross weight in kg by axles and kind, in force from `validFrom` (inclusive, RFC 3339) until the next set's.
 * The first set has no start and so judges every earlier pass.
 */
export const limitSetSchema = z.strictObject({
  validFrom: z.iso.datetime({ offset: true }).optional(),
  limits: z
    .array(axleLimitSchema)
    .min(1)
    .max(64)
    .superRefine(refuseRepeated(({ axles, kind }) => `${axles} ${kind ?? ''}`, 'repeats the axles and kind of another limit')),
});

export type LimitSet = z.infer<typeof limitSetSchema>;

/** The order of 2016 no. 62 of the Ministry of Transport, article 3 (GB 1589-2016): the first set of limits. */
export const DEFAULT_LIMIT_SETS: readonly LimitSet[] = [
  {
    limits: [
      { axles: 2, limit: 18_000, andMore: false },
      { axles: 3, limit: 25_000, andMore: false },
      { axles: 3, kind: 'train', limit: 27_000, andMore: false },
      { axles: 4, limit: 31_000, andMore: false },
      { axles: 4, kind: 'train', limit: 36_000, andMore: false },
      { axles: 5, limit: 43_000, andMore: false },
      { axles: 6, limit: 49_000, andMore: true },
    ],
  },
];

/** All limit sets, no two with the same start, be it written differently, or without one: which of them judges would be left to chance. */
export const limitSetsSchema = z
  .array(limitSetSchema)
  .min(1)
  .max(100)
  .superRefine(refuseRepeated(startOf, 'must have another validFrom than the sets before it'));

/** The settings `overload.*`, shared by every service that judges. */
export const overloadSettingsSchema = z.object({
  limits: limitSetsSchema
    .default([...DEFAULT_LIMIT_SETS])
    .meta({ description: 'Limits of gross weight by axles and kind, each set in force from its validFrom on.' }),
});

/** Whether the law's limits are for this kind of vehicle. */
export function isTruck(kind: VehicleKind): boolean {
  return kind === 'truck' || kind === 'train';
}

/**
 * What one pass comes to. `limit` and `overWeight` in kg, `overRate` = overWeight / limit (0.1 = 10 % over).
 * `unjudged`: a truck for which no limit is in force. `exempt`: not a truck.
 */
export type Judgement =
  | { verdict: 'exempt' | 'unjudged'; overWeight: 0; overRate: 0 }
  | { verdict: 'normal'; limit: number; overWeight: 0; overRate: 0 }
  | { verdict: 'overloaded'; limit: number; overWeight: number; overRate: number };

/** Judges a pass by the limits in force when it happened: {@link decideLimit}, then {@link judgeBy}. */
export function judge(
  pass: Pick<PassRecord, 'vehicleKind' | 'axleCount' | 'grossWeight' | 'passedAt'>,
  sets: readonly LimitSet[],
): Judgement {
  return judgeBy(pass, decideLimit(pass, sets));
}

/**
 * Judges a pass by the limit that was decided for it. 95 % of the gross weight counts (the tolerance of a class 5 dynamic scale,
 * JJG 907-2006), in whole kilograms: overloaded when 19 x gross > 20 x limit.
 *
 * @param decided `limit` in kg, undefined where none is in force
 */
export function judgeBy(pass: Pick<PassRecord, 'vehicleKind' | 'grossWeight'>, { limit }: Pick<DecidedLimit, 'limit'>): Judgement {
  if (!isTruck(pass.vehicleKind)) return { verdict: 'exempt', overWeight: 0, overRate: 0 };
  if (limit === undefined) return { verdict: 'unjudged', overWeight: 0, overRate: 0 };
  const twentieths = 19 * pass.grossWeight - 20 * limit;
  if (twentieths <= 0) return { verdict: 'normal', limit, overWeight: 0, overRate: 0 };
  const overWeight = Math.floor(twentieths / 20);
  return { verdict: 'overloaded', limit, overWeight, overRate: overWeight / limit };
}

/** Which limit a pass must keep. `limit` in kg, undefined where none is in force; `validFrom` = start of its set in ms since the epoch. */
export interface DecidedLimit {
  limit: number | undefined;
  validFrom: number | undefined;
}

/**
 * Decides which limit a pass must keep.
 *
 * @param sets limit sets; neither their order nor that of their limits matters: the vehicle's own kind goes before any kind, then the nearest
 * number of axles before a smaller one and more
 */
export function decideLimit(pass: Pick<PassRecord, 'vehicleKind' | 'axleCount' | 'passedAt'>, sets: readonly LimitSet[]): DecidedLimit {
  const set = setInForce(Date.parse(pass.passedAt), sets);
  const limit = isTruck(pass.vehicleKind) ? findLimit(pass, set) : undefined;
  return { limit, validFrom: limit === undefined || set?.validFrom === undefined ? undefined : Date.parse(set.validFrom) };
}

const NO_LIMIT = 'none';
const DECIDED_LIMIT = /^(none|[1-9]\d{0,6})(?:@(-?\d{1,14}))?$/;

/** A decided limit as it goes beside a record into the log: `none`, `18000`, or `18000@<validFrom>`. */
export function formatLimit({ limit, validFrom }: DecidedLimit): string {
  const start = validFrom === undefined ? '' : `@${validFrom}`;
  return `${limit ?? NO_LIMIT}${start}`;
}

/** Reads what {@link formatLimit} wrote. @returns undefined for anything else */
export function parseLimit(text = ''): DecidedLimit | undefined {
  const [, limit, validFrom] = DECIDED_LIMIT.exec(text) ?? [];
  if (limit === undefined) return undefined;
  return { limit: limit === NO_LIMIT ? undefined : Number(limit), validFrom: validFrom === undefined ? undefined : Number(validFrom) };
}

function findLimit(pass: Pick<PassRecord, 'vehicleKind' | 'axleCount'>, set: LimitSet | undefined): number | undefined {
  const candidates = set?.limits.filter((rule) => rule.axles === pass.axleCount || (rule.andMore && pass.axleCount > rule.axles)) ?? [];
  // Nearest first, however they are listed: a limit for 8 axles goes before one for 6 and more.
  candidates.sort((a, b) => b.axles - a.axles);
  const own = candidates.find((rule) => rule.kind === pass.vehicleKind);
  return (own ?? candidates.find((rule) => rule.kind === undefined))?.limit;
}

/**
 * The limit set that judges passes of an instant: the one with the latest start that is not after it.
 *
 * @param at ms since the epoch
 */
export function setInForce(at: number, sets: readonly LimitSet[]): LimitSet | undefined {
  let found: LimitSet | undefined;
  for (const set of sets) {
    if (startOf(set) <= at && (found === undefined || startOf(set) > startOf(found))) found = set;
  }
  return found;
}

/** When a set comes into force, in ms since the epoch. */
function startOf({ validFrom }: Pick<LimitSet, 'validFrom'>): number {
  return validFrom === undefined ? -Infinity : Date.parse(validFrom);
}

/** A check of a list: every item whose key an earlier one has is a fault. */
function refuseRepeated<T>(keyOf: (item: T) => unknown, message: string) {
  return (items: readonly T[], context: z.RefinementCtx): void => {
    const seen = new Set<unknown>();
    for (const [index, item] of items.entries()) {
      const key = keyOf(item);
      if (seen.has(key)) context.addIssue({ code: 'custom', path: [index], message });
      seen.add(key);
    }
  };
}
