import type { ConfigDefinition } from './define-config.js';
import { type ConfigTree, valueAt } from './document.js';
import { type ConfigField, fieldsOf } from './fields.js';

/**
 * Keys of a document that nothing reads: misspelt, or of another level than the schema wants.
 *
 * @param known full keys of fields, such as `gateway.rateLimit.burst`
 */
export function unknownKeys(tree: ConfigTree, known: readonly string[], parents = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const key = parents + name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (known.some((field) => field === key || key.startsWith(`${field}.`))) return [];
    const isAbove = known.some((field) => field.startsWith(`${key}.`));
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isAbove && isNested) return unknownKeys(value as ConfigTree, known, `${key}.`);
    return isAbove && value === null ? [] : [key];
  });
}

/** Keys of a document that belong to definitions which are not read from it. */
export function unreadKeys(tree: ConfigTree, definitions: readonly ConfigDefinition[]): string[] {
  return fieldsIn(tree, definitions).map(({ key }) => key);
}

/** Keys of a document that the environment says, too: what the document says of them does not count. */
export function hiddenKeys(
  tree: ConfigTree,
  definitions: readonly ConfigDefinition[],
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return fieldsIn(tree, definitions)
    .filter(({ variables }) => variables.some((variable) => (environment[variable] ?? '') !== ''))
    .map(({ key }) => key);
}

/** The fields of definitions of which a document says something. */
function fieldsIn(tree: ConfigTree, definitions: readonly ConfigDefinition[]): ConfigField[] {
  return definitions.flatMap((definition) =>
    fieldsOf(definition).filter(({ path }) => valueAt(tree, [...definition.prefix.split('.'), ...path]) !== undefined),
  );
}
