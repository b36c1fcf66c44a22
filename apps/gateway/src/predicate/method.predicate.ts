import { z } from 'zod';
import { definePart, stringListSchema } from '../route/part-factory.js';
import type { PredicateFactory } from './predicate.types.js';

/** `Method=GET,POST`: the method is one of these (RFC 9110 section 9.1: case-sensitive, all known ones are upper case). */
export const methodPredicate: PredicateFactory = definePart({
  name: 'Method',
  shortcut: { fields: ['methods'], gather: true },
  schema: z.strictObject({ methods: stringListSchema.pipe(z.array(z.string().regex(/^[A-Za-z]+$/, 'is not a method'))) }),
  create({ methods }) {
    const accepted = new Set(methods.map((method) => method.toUpperCase()));
    return { accepts: ({ method }) => accepted.has(method) };
  },
});
