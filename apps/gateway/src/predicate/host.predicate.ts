import { z } from 'zod';
import { definePart, PartError, stringListSchema } from '../route/part-factory.js';
import type { PredicateFactory } from './predicate.types.js';

type HostPattern = (labels: readonly string[]) => boolean;

/**
 * `Host=**.example.org,{sub}.example.com`: the host, without port and whatever its case, is one of these. `**` stands for any
 * number of labels (also none), `*` and `{name}` for one.
 */
export const hostPredicate: PredicateFactory = definePart({
  name: 'Host',
  shortcut: { fields: ['patterns'], gather: true },
  schema: z.strictObject({ patterns: stringListSchema }),
  create({ patterns }) {
    const compiled = patterns.map(compileHost);
    return {
      accepts: ({ host }) => {
        const labels = host.split('.');
        return compiled.some((matches) => matches(labels));
      },
    };
  },
});

function compileHost(text: string): HostPattern {
  const words = text.toLowerCase().split('.');
  const isOpen = words[0] === '**';
  const closed = isOpen ? words.slice(1) : words;
  if (closed.some((word) => !/^(?:\*|\{\w+\}|[a-z0-9_-]+)$/.test(word))) {
    throw new PartError(`pattern "${text}": labels are a name, "*" or {name}; "**" only in front; no port`);
  }
  const isAny = closed.map((word) => word === '*' || word.startsWith('{'));
  return (labels) => {
    const skipped = labels.length - closed.length;
    if (skipped < 0 || (skipped > 0 && !isOpen)) return false;
    return closed.every((word, index) => isAny[index] === true || word === labels[index + skipped]);
  };
}
