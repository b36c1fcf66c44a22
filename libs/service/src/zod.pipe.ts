import { AppError, CommonError, type FieldError } from '@app/errors';
import { Body, Param, type PipeTransform, Query } from '@nestjs/common';
import type { z } from 'zod';

/** Most faults listed in one answer. */
const MAX_LISTED = 50;

/** Parses input by a schema; what does not fit is answered as INPUT_INVALID with the field and the rule of each fault. */
export class ZodPipe<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  /**
   * @param schema also shown in /openapi.json
   * @param name of the input when it is one value, not an object; faults name it
   */
  constructor(
    readonly schema: S,
    private readonly name?: string,
  ) {}

  /** @throws AppError INPUT_INVALID */
  transform(value: unknown): z.output<S> {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new AppError(CommonError.INPUT_INVALID, { errors: toFieldErrors(parsed.error, this.name) });
  }
}

/** The faults of a failed parse: unknown fields by their own name, the rest by the path to them (`limits.0.axles`). */
function toFieldErrors(error: z.ZodError, name?: string): FieldError[] {
  const prefix = name === undefined ? [] : [name];
  const faults = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: [...prefix, ...issue.path, key.slice(0, 64)].join('.'), reason: 'is not a known field' }))
      : [{ field: [...prefix, ...issue.path].join('.'), reason: issue.message }],
  );
  return faults.slice(0, MAX_LISTED);
}

/** `@ZodQuery(schema) query`: the whole query string, parsed. */
export function ZodQuery(schema: z.ZodType): ParameterDecorator {
  return Query(new ZodPipe(schema));
}

/** `@ZodBody(schema) body`: the body, parsed. */
export function ZodBody(schema: z.ZodType): ParameterDecorator {
  return Body(new ZodPipe(schema));
}

/** `@ZodParam('id', schema) id`: one parameter of the path, parsed; faults name it. */
export function ZodParam(name: string, schema: z.ZodType): ParameterDecorator {
  return Param(name, new ZodPipe(schema, name));
}
