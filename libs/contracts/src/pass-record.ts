import { z } from 'zod';
import { isInCalendar } from './china-time.js';

/** Colour codes of number plates used by road-freight platforms: blue, yellow, black, white, green, other, farm yellow, farm green, yellow-green, gradient green. */
export const PLATE_COLOURS = [1, 2, 3, 4, 5, 9, 91, 92, 93, 94] as const;

/** What a weigh station calls a vehicle. A truck, to the law, is a `truck` or a `train` (a tractor with a trailer). */
export const VEHICLE_KINDS = ['truck', 'train', 'bus', 'car'] as const;

export type VehicleKind = (typeof VEHICLE_KINDS)[number];

/** How far ahead of the receiver's clock a pass may be, in ms: clocks differ, the future does not happen. */
export const MAX_AHEAD_MS = 5 * 60_000;

const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u;
const MAX_AXLES = 32;

const isNamedByCalendar = (time: string): boolean => isInCalendar(Date.parse(time));

const mediaSchema = z.strictObject({
  kind: z.enum(['snapshot', 'video']),
  uri: z.string().min(1).max(2048).regex(PRINTABLE, 'must not contain control characters'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
});

/**
 * One vehicle weighed by one station. Weights in kg, lengths in mm, speed in km/h, `passedAt` in RFC 3339 with an offset.
 * `stationCode` is the county's 6-digit division code and 4 digits; `recordId` is unique per station.
 */
export const passRecordSchema = z
  .strictObject({
    recordId: z.string().min(1).max(64).regex(PRINTABLE, 'must not contain control characters'),
    stationCode: z.string().regex(/^\d{10}$/, 'must be 10 digits'),
    lane: z.int().min(1).max(99),
    direction: z.enum(['up', 'down']),
    passedAt: z.iso
      .datetime({ offset: true, error: 'must be RFC 3339 with an offset', abort: true })
      .refine(isNamedByCalendar, 'must lie in the years 0001 to 9999 of Asia/Shanghai'),
    plate: z.string().min(1).max(16).regex(PRINTABLE, 'must not contain control characters').nullable(),
    plateColour: z
      .union(
        PLATE_COLOURS.map((code) => z.literal(code)),
        `must be one of ${PLATE_COLOURS.join(', ')}`,
      )
      .nullable(),
    vehicleKind: z.enum(VEHICLE_KINDS),
    axleCount: z.int().min(1).max(MAX_AXLES),
    axleWeights: z.array(z.number().min(0).max(1_000_000)).max(MAX_AXLES).optional(),
    axleSpacings: z.array(z.number().min(0).max(100_000)).max(MAX_AXLES).optional(),
    grossWeight: z.int().min(1).max(1_000_000),
    length: z.number().min(1_000).max(100_000).optional(),
    speed: z.number().min(0).max(400),
    media: z.array(mediaSchema).max(16).optional(),
  })
  .superRefine((record, context) => {
    const refuse = (field: keyof typeof record, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    if (record.plate === null && record.plateColour !== null) refuse('plateColour', 'must be null when plate is null');
    if (record.plate !== null && record.plateColour === null) refuse('plateColour', 'must be a code when plate is given');
    if (record.axleWeights !== undefined && record.axleWeights.length !== record.axleCount) {
      refuse('axleWeights', 'must hold one weight per axle');
    }
    if (record.axleSpacings !== undefined && record.axleSpacings.length !== record.axleCount - 1) {
      refuse('axleSpacings', 'must hold one spacing fewer than there are axles');
    }
  });

/** One vehicle weighed by one station: see {@link passRecordSchema}. */
export type PassRecord = z.infer<typeof passRecordSchema>;

type Check = (value: unknown) => boolean;

const isText = (longest: number): Check => {
  return (value) => typeof value === 'string' && value.length >= 1 && value.length <= longest && PRINTABLE.test(value);
};
const isWhole = (least: number, most: number): Check => {
  return (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
};
const isNumber =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;
const isList = (isElement: Check, longest: number): Check => {
  return (value) => Array.isArray(value) && value.length <= longest && value.every(isElement);
};
const isOneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const isDateTime = matches(z.regexes.datetime({ offset: true }));
const isPassTime: Check = (value) => isDateTime(value) && isNamedByCalendar(value as string);
const isNullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/**
 * The schema's rules once more, field by field, as plain functions: reading a record through the schema takes ten times as long
 * as parsing its JSON. What these accept, the schema accepts unchanged; for all else the schema is asked, and names the fault.
 */
const CHECKS = new Map<string, Check>(
  Object.entries({
    recordId: isText(64),
    stationCode: matches(/^\d{10}$/),
    lane: isWhole(1, 99),
    direction: isOneOf(['up', 'down']),
    passedAt: isPassTime,
    plate: isNullOr(isText(16)),
    plateColour: isNullOr(isOneOf(PLATE_COLOURS)),
    vehicleKind: isOneOf(VEHICLE_KINDS),
    axleCount: isWhole(1, MAX_AXLES),
    axleWeights: isList(isNumber(0, 1_000_000), MAX_AXLES),
    axleSpacings: isList(isNumber(0, 100_000), MAX_AXLES),
    grossWeight: isWhole(1, 1_000_000),
    length: isNumber(1_000, 100_000),
    speed: isNumber(0, 400),
  } satisfies Partial<Record<keyof PassRecord, Check>>),
);
const REQUIRED_FIELDS = Object.values(passRecordSchema.shape).filter((field) => !field.safeParse(undefined).success).length;
const OPTIONAL_FIELDS: ReadonlySet<string> = new Set(['axleWeights', 'axleSpacings', 'length'] satisfies (keyof PassRecord)[]);

/** Whether a value surely follows the schema. `false` only means that the schema must be asked. */
function isSurelyPassRecord(value: unknown): value is PassRecord {
  if (typeof value !== 'object' || value === null) return false;
  let required = 0;
  for (const [field, content] of Object.entries(value)) {
    if (CHECKS.get(field)?.(content) !== true) return false;
    if (!OPTIONAL_FIELDS.has(field)) required += 1;
  }
  return required === REQUIRED_FIELDS && hasFittingFields(value as PassRecord);
}

function hasFittingFields({ plate, plateColour, axleCount, axleWeights, axleSpacings }: PassRecord): boolean {
  if ((plate === null) !== (plateColour === null)) return false;
  if (axleWeights !== undefined && axleWeights.length !== axleCount) return false;
  return axleSpacings === undefined || axleSpacings.length === axleCount - 1;
}

/** Why a line was refused: the field (empty for the whole line) and the rule it breaks. */
export interface LineFault {
  field: string;
  reason: string;
}

/** The outcome of {@link parsePassRecord}. */
export type ParsedPassRecord = { ok: true; record: PassRecord } | { ok: false; fault: LineFault };

/**
 * Reads one line of NDJSON as a pass record.
 *
 * @param line the JSON text of one record, without its line feed
 * @param now the receiver's clock in ms since the epoch; `passedAt` may be {@link MAX_AHEAD_MS} later at most
 * @returns the record, or the first fault found; never throws
 */
export function parsePassRecord(line: string, now: number): ParsedPassRecord {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { ok: false, fault: { field: '', reason: 'must be one JSON object' } };
  }
  const parsed = toPassRecord(json);
  if (parsed.ok && Date.parse(parsed.record.passedAt) > now + MAX_AHEAD_MS) {
    return { ok: false, fault: { field: 'passedAt', reason: 'must not be more than 5 minutes ahead' } };
  }
  return parsed;
}

function toPassRecord(json: unknown): ParsedPassRecord {
  if (isSurelyPassRecord(json)) return { ok: true, record: json };
  const parsed = passRecordSchema.safeParse(json);
  return parsed.success ? { ok: true, record: parsed.data } : { ok: false, fault: toFault(parsed.error) };
}

function toFault(error: z.ZodError): LineFault {
  const issue = error.issues[0];
  if (issue === undefined) return { field: '', reason: 'is not a pass record' };
  if (issue.code !== 'unrecognized_keys') return { field: issue.path.join('.'), reason: issue.message };
  return { field: [...issue.path, issue.keys[0]?.slice(0, 64)].join('.'), reason: 'is not a known field' };
}
