/** Injects the gateway's live configuration. */
export const LIVE_GATEWAY_CONFIG = Symbol('LIVE_GATEWAY_CONFIG');
