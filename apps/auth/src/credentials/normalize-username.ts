/** The one form of a username: compatibility characters folded, no surrounding space, lower case. */
export function normalizeUsername(username: string): string {
  return username.normalize('NFKC').trim().toLowerCase();
}
