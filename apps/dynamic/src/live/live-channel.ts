/** Redis channel of what changes in the live state: one message per batch that counted something. */
export const LIVE_CHANNEL = 'dynamic:live';
