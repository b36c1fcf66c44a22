/** Names and attributes of the gateway's cookies. */
export interface GatewayCookies {
  readonly session: string;
  /** Of one attempt to sign in, by a part of its `state`: several tabs may try at once. */
  signIn(state: string): string;
  /** Whether a cookie is the gateway's, and nobody else's business. */
  isOwn(name: string): boolean;
  /** `Set-Cookie` (RFC 6265 section 4.1). */
  set(name: string, value: string, options?: { path?: string; maxAgeSeconds?: number }): string;
  clear(name: string, options?: { path?: string }): string;
}

const STATE_LENGTH = 8;

/**
 * The names carry the port, because browsers send cookies to every port of a host.
 *
 * @param publicUrl the canonical address; `Secure` when it is https
 */
export function createCookies(publicUrl: string): GatewayCookies {
  const { port, protocol } = new URL(publicUrl);
  const isSecure = protocol === 'https:';
  const session = `causeway_gateway_${port === '' ? (isSecure ? '443' : '80') : port}`;
  const set: GatewayCookies['set'] = (name, value, { path = '/', maxAgeSeconds } = {}) =>
    [
      `${name}=${value}`,
      `Path=${path}`,
      'HttpOnly',
      'SameSite=Lax',
      ...(isSecure ? ['Secure'] : []),
      ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    ].join('; ');
  return {
    session,
    signIn: (state) => `${session}_signin_${state.slice(0, STATE_LENGTH)}`,
    isOwn: (name) => name === session || name.startsWith(`${session}_`),
    set,
    clear: (name, { path } = {}) => set(name, '', { maxAgeSeconds: 0, ...(path !== undefined && { path }) }),
  };
}
