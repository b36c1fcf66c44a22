import { z } from 'zod';
import { namesSchema } from '../../shared/fields.js';
import type { AreaEntity } from '../area.entity.js';

/** A division on the wire. */
export const areaResponseSchema = z.object({
  code: z.string(),
  parent: z.string().nullable(),
  level: z.enum(['province', 'city', 'county']),
  names: namesSchema,
  validFrom: z.string().nullable(),
  validTo: z.string().nullable(),
  successor: z.string().nullable(),
});

export type AreaResponseDto = z.infer<typeof areaResponseSchema>;

export function toAreaResponse(area: AreaEntity): AreaResponseDto {
  const { code, parent, level, nameZh, nameEn, validFrom, validTo, successor } = area;
  return { code, parent, level, names: { 'zh-CN': nameZh, en: nameEn }, validFrom, validTo, successor };
}
