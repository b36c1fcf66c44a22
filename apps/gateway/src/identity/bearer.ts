/** The token of a `Bearer` credential (RFC 6750 section 2.1), or undefined when the credential is another or malformed. */
export function bearerToken(authorization: string): string | undefined {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
}
