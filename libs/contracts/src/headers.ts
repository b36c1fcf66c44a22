/** Names of HTTP headers that more than one part of the platform reads or writes, in lower case. */
export const Header = {
  RequestId: 'x-request-id',
  ForwardedFor: 'x-forwarded-for',
  ForwardedHost: 'x-forwarded-host',
  ForwardedProto: 'x-forwarded-proto',
  ForwardedPrefix: 'x-forwarded-prefix',
} as const;
