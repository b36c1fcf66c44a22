import type { PartDefinition } from './route-definition.types.js';

const NAME = /^[A-Za-z][A-Za-z0-9]*$/;

/**
 * Parses the one-line form `Name=word, word`: words are split at commas and trimmed, empty ones dropped, as Spring's tokenizer
 * does; there is no quoting. A name alone has no words.
 *
 * @returns the part, or the reason why the text is not one
 */
export function parseShortcut(text: string): PartDefinition | string {
  const equals = text.indexOf('=');
  const name = (equals === -1 ? text : text.slice(0, equals)).trim();
  if (!NAME.test(name)) return 'is not of the form Name=argument,argument';
  const words = equals === -1 ? [] : text.slice(equals + 1).split(',');
  return { name, args: words.map((word) => word.trim()).filter((word) => word !== ''), text };
}
