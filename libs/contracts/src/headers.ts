/** Names of HTTP headers that more than one part of the platform reads or writes, in lower case. */
export const Header = {
  RequestId: 'x-request-id',
  ForwardedFor: 'x-forwarded-for',
  ForwardedHost: 'x-forwarded-host',
  ForwardedProto: 'x-forwarded-proto',
  ForwardedPrefix: 'x-forwarded-prefix',
} as const;

/** The cookie that holds the language a person has chosen, `zh-CN` or `en`: the sign-in pages and the console read and write the same. */
export const LANGUAGE_COOKIE = 'causeway_language';

/** How long a chosen language is remembered, in seconds. */
export const LANGUAGE_COOKIE_SECONDS = 365 * 86_400;
