/** A pattern for LIKE that finds the text anywhere: `%`, `_` and `\` in it stand for themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** A pattern for LIKE that finds codes below a division. Codes are digits. */
export function startingWith(code: string): string {
  return `${code}%`;
}
