import { z } from 'zod';
import { readYaml } from './document.js';
import { unwrap } from './fields.js';
import { TEXT_LIMITS } from './yaml-rules.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/**
 * Text to the type that a field wants: number, boolean, list (comma separated or JSON), object (JSON or YAML). Text that does not
 * look like the type is returned as it is, so that the schema names the rule it breaks.
 */
export function coerce(text: string, schema: z.ZodType): unknown {
  const target = unwrap(schema);
  if (target instanceof z.ZodUnion) return coerceToFirstMatch(text, target.options as readonly z.ZodType[]);
  switch (target.def.type) {
    case 'number':
      return NUMBER.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return BOOLEANS[text.trim().toLowerCase()] ?? text;
    case 'array':
      return coerceList(text, (target as z.ZodArray<z.ZodType>).element);
    case 'object':
    case 'record':
    case 'tuple':
      return parseStructure(text);
    default:
      return text;
  }
}

function coerceToFirstMatch(text: string, options: readonly z.ZodType[]): unknown {
  return (
    options.map((option) => [option, coerce(text, option)] as const).find(([option, value]) => option.safeParse(value).success)?.[1] ?? text
  );
}

function coerceList(text: string, element: z.ZodType): unknown {
  const list = /^\s*[[\-]/.test(text) ? parseStructure(text) : text;
  if (Array.isArray(list)) return list;
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => coerce(item, element));
}

/** What breaks a rule for documents stays text, which is no object. */
function parseStructure(text: string): unknown {
  const read = readYaml(text, TEXT_LIMITS);
  return 'value' in read ? read.value : text;
}
