import type { Type } from '@nestjs/common';
import type { z } from 'zod';
import { ZodPipe } from '../zod.pipe.js';

/** A parameter of a handler that is parsed by a schema. */
export interface RouteParameter {
  kind: 'query' | 'body' | 'param';
  /** Absent: the whole query or body. */
  name: string | undefined;
  schema: z.ZodType;
}

/** Where Nest notes the parameters of a handler, and its numbers for the three kinds (`RouteParamtypes`). */
const ROUTE_ARGS_METADATA = '__routeArguments__';
const KINDS: Readonly<Record<string, RouteParameter['kind']>> = { 3: 'body', 4: 'query', 5: 'param' };

/** The parameters of a handler with a {@link ZodPipe}. */
export function parametersOf(controller: Type, handler: string): RouteParameter[] {
  const noted = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<
    string,
    { data?: string; pipes?: unknown[] }
  >;
  return Object.entries(noted).flatMap(([key, { data, pipes = [] }]) => {
    const kind = KINDS[key.split(':', 1)[0] ?? ''];
    const pipe = pipes.find((candidate) => candidate instanceof ZodPipe);
    return kind === undefined || pipe === undefined ? [] : [{ kind, name: data, schema: pipe.schema as z.ZodType }];
  });
}
