import { z } from 'zod';
import { namesSchema } from '../../shared/fields.js';
import type { StationEntity } from '../station.entity.js';

/** A weigh station on the wire. `lanes` in one direction; position in degrees (WGS 84). */
export const stationResponseSchema = z.object({
  code: z.string(),
  county: z.string(),
  city: z.string(),
  names: namesSchema,
  road: z.string(),
  kilometre: z.int(),
  type: z.int(),
  lanes: z.int(),
  latitude: z.number(),
  longitude: z.number(),
  inUse: z.boolean(),
});

export type StationResponseDto = z.infer<typeof stationResponseSchema>;

export function toStationResponse({ nameZh, nameEn, ...station }: StationEntity): StationResponseDto {
  return { ...station, city: station.county.slice(0, 4), names: { 'zh-CN': nameZh, en: nameEn } };
}
