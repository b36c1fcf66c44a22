/** Injection token of the running oidc-provider. */
export const OIDC_PROVIDER = Symbol('OIDC_PROVIDER');
