import { z } from 'zod';

const hex = (min: number, max: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${min},${max}}$`), `should be ${min} to ${max} hex digits`)
    .transform((text) => text.toLowerCase());
const lower = z.string().transform((text) => text.toLowerCase());
const endpoint = z.object({
  serviceName: lower.nullish(),
  ipv4: z.string().nullish(),
  ipv6: z.string().nullish(),
  port: z.int().min(0).max(65_535).nullish(),
});
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const spanSchema = z.object({
  traceId: hex(1, 32).transform((id) => id.padStart(id.length > 16 ? 32 : 16, '0')),
  parentId: hex(1, 16).transform(padded).nullish(),
  id: hex(1, 16).transform(padded),
  kind: z.enum(['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER']).nullish(),
  name: lower.nullish(),
  timestamp: z.int().min(0).nullish(),
  duration: z.int().min(0).nullish(),
  localEndpoint: endpoint.nullish(),
  remoteEndpoint: endpoint.nullish(),
  annotations: z.array(z.object({ timestamp: z.int(), value: z.string() })).nullish(),
  tags: z.record(z.string(), scalar).nullish(),
  debug: z.boolean().nullish(),
  shared: z.boolean().nullish(),
});

const spansSchema = z.array(spanSchema);

/** A span of the Zipkin v2 format. Times in microseconds. */
export type Span = z.infer<typeof spanSchema>;

/**
 * Reads a list of spans. Names are lower-cased, as Zipkin does; what is null is left out.
 *
 * @throws Error that names the place and the rule
 */
export function decodeSpans(json: string): Span[] {
  const parsed = spansSchema.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not a list of spans'}`);
}

function padded(id: string): string {
  return id.padStart(16, '0');
}
