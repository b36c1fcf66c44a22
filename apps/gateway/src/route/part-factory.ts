import { z } from 'zod';
import type { PartDefinition, PartWords } from './route-definition.types.js';

/** How a predicate or a filter is written, and what is made of it. `A`: its arguments, checked. */
export interface PartSpecification<A, P> {
  /** As written in routes: `StripPrefix`. */
  readonly name: string;
  /** The arguments that a shortcut's words stand for, in order; with `gather`, all words are one list: the first field. */
  readonly shortcut: { readonly fields: readonly (keyof A & string)[]; readonly gather?: boolean };
  readonly schema: z.ZodType<A>;
  /** @throws PartError for arguments that the schema cannot judge */
  create(args: A): P;
}

/** Makes predicates or filters of one name. */
export interface PartFactory<P> {
  readonly name: string;
  /** @returns the part, or the reason why its arguments are refused */
  make(definition: Pick<PartDefinition, 'args'>): { readonly part: P } | { readonly reason: string };
}

/** Why a part cannot be made of its arguments. */
export class PartError extends Error {
  override readonly name = 'PartError';
}

/** A list of strings: a YAML list, or one text with commas, or the map `{0: a, 1: b}` that property files make of a list. */
export const stringListSchema = z
  .union([
    z.array(z.string()),
    z.string().transform((text) => text.split(',').map((word) => word.trim())),
    z.record(z.string(), z.string()).transform((map) => Object.values(map)),
  ])
  .pipe(z.array(z.string().min(1)).min(1, 'needs at least one value'));

/** A whole number that is not negative, also as text. */
export const wholeNumberSchema = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], 'must be a whole number')
  .pipe(z.int('must be a whole number').min(0, 'must not be negative'));

/** Defines how a predicate or filter is made. */
export function definePart<A, P>(specification: PartSpecification<A, P>): PartFactory<P> {
  const { name, shortcut, schema } = specification;
  return {
    name,
    make({ args }) {
      const named = isWords(args) ? nameWords(shortcut, args) : args;
      if (typeof named === 'string') return { reason: named };
      const parsed = schema.safeParse(named);
      if (!parsed.success) return { reason: describe(parsed.error) };
      try {
        return { part: specification.create(parsed.data) };
      } catch (error) {
        if (error instanceof PartError) return { reason: error.message };
        throw error;
      }
    },
  };
}

function isWords(args: PartDefinition['args']): args is PartWords {
  return Array.isArray(args);
}

function nameWords(shortcut: { fields: readonly string[]; gather?: boolean }, words: PartWords): Record<string, unknown> | string {
  const { fields, gather = false } = shortcut;
  if (gather) return fields[0] === undefined || words.length === 0 ? {} : { [fields[0]]: words };
  if (words.length > fields.length) return `takes at most ${fields.length} arguments, got ${words.length}`;
  return Object.fromEntries(words.map((word, index) => [fields[index] ?? '', word] as const));
}

function describe(error: z.ZodError): string {
  // A word that is not known explains the one that is missing.
  const unknown = error.issues.find(({ code }) => code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys') return `${unknown.keys.join(', ')} is not a known argument`;
  const [issue] = error.issues;
  if (issue === undefined) return 'is invalid';
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}
