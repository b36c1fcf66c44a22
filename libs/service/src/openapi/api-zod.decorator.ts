import type { z } from 'zod';

/** One documented answer of a handler. */
export interface DocumentedResponse {
  status: number;
  schema: z.ZodType;
  description: string;
}

/** What a handler says of itself beyond its parameters. */
export interface HandlerDocument {
  responses: DocumentedResponse[];
}

const documents = new WeakMap<object, HandlerDocument>();

/** What the decorator below noted for a handler. */
export function documentOf(handler: object): HandlerDocument {
  const existing = documents.get(handler) ?? { responses: [] };
  documents.set(handler, existing);
  return existing;
}

/** Shows the answer of a handler in /openapi.json: `status` 200 unless given. */
export function ApiZodResponse(schema: z.ZodType, options: { status?: number; description?: string } = {}): MethodDecorator {
  return (_target, _key, descriptor) => {
    const { status = 200, description = '' } = options;
    documentOf(descriptor.value as object).responses.push({ status, schema, description });
  };
}
