import { z } from 'zod';
import type { PartDefinition, RouteDefinition } from './route-definition.types.js';
import { RouteError } from './route-error.js';
import { parseShortcut } from './shortcut.js';

const longFormSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, 'must be letters and digits'),
  args: z.record(z.string(), z.unknown()).default({}),
});

const partListSchema = z.array(z.unknown()).default([]);

const routeSchema = z.strictObject({
  id: z.string().regex(/^[\w.:-]{1,128}$/, 'must be 1 to 128 letters, digits, ".", ":", "_" or "-"'),
  uri: z.string().min(1),
  predicates: partListSchema,
  filters: partListSchema,
  order: z.int().default(0),
  metadata: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Reads routes as they stand under `gateway.routes`: shortcuts or the long form, `filters`, `order` and `metadata` optional.
 *
 * @throws RouteError that names the route, the entry and the reason
 */
export function parseRouteDefinitions(entries: readonly unknown[]): RouteDefinition[] {
  const definitions = entries.map(parseRoute);
  const ids = new Set<string>();
  for (const { id } of definitions) {
    if (ids.has(id)) throw new RouteError(id, 'id', 'is given to more than one route');
    ids.add(id);
  }
  return definitions;
}

/** Reads a list of filters (`gateway.defaultFilters`). */
export function parseFilterDefinitions(route: string, list: readonly unknown[]): PartDefinition[] {
  return parseParts(route, 'filters', list);
}

function parseRoute(entry: unknown, index: number): RouteDefinition {
  const place = nameOf(entry) ?? `routes[${index}]`;
  const parsed = routeSchema.safeParse(entry);
  if (!parsed.success) throw toRouteError(place, parsed.error);
  const { predicates, filters, ...rest } = parsed.data;
  return { ...rest, predicates: parseParts(place, 'predicates', predicates), filters: parseParts(place, 'filters', filters) };
}

function parseParts(route: string, list: string, entries: readonly unknown[]): PartDefinition[] {
  return entries.map((entry, index) => {
    const place = `${list}[${index}]`;
    if (typeof entry !== 'string') return parseLongForm(route, place, entry);
    const part = parseShortcut(entry);
    if (typeof part === 'string') throw new RouteError(route, `${place} ${JSON.stringify(entry)}`, part);
    return part;
  });
}

function parseLongForm(route: string, place: string, entry: unknown): PartDefinition {
  const parsed = longFormSchema.safeParse(entry);
  if (!parsed.success) throw toRouteError(route, parsed.error, place);
  return { ...parsed.data, text: parsed.data.name };
}

function nameOf(entry: unknown): string | undefined {
  return typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string' && entry.id !== ''
    ? entry.id
    : undefined;
}

function toRouteError(route: string, error: z.ZodError, place?: string): RouteError {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') return new RouteError(route, issue.keys.join(', '), 'is not a known key');
  const path = [...(place === undefined ? [] : [place]), ...(issue?.path ?? [])].join('.');
  return new RouteError(route, path === '' ? 'entry' : path, issue?.message ?? 'is invalid');
}
