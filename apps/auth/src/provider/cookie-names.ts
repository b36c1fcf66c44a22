const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Names of the cookies of the server at this address. Cookies ignore ports, so their names carry it. */
export function cookieNames(issuer: string) {
  const { protocol, port } = new URL(issuer);
  const prefix = `causeway_auth_${port || (DEFAULT_PORTS[protocol] ?? '')}`;
  return { session: prefix, interaction: `${prefix}_interaction`, resume: `${prefix}_resume` };
}
