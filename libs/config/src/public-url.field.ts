import { z } from 'zod';

/**
 * The canonical outside address (`PUBLIC_URL`) as a field of any definition, in the one form in which it is compared and signed: its origin
 * (RFC 6454 section 6.2), scheme and host in lower case, no default port, no slash at the end.
 */
export const publicUrlField = z
  .url({ protocol: /^https?$/ })
  .refine((url) => URL.parse(url)?.href === `${URL.parse(url)?.origin ?? ''}/`, 'must have no path, query, fragment or credentials')
  .default('http://localhost:8080')
  .transform((url) => new URL(url).origin)
  .meta({
    env: 'PUBLIC_URL',
    restart: true,
    description: 'The canonical outside address, of which all others are made: scheme, name and port, no path',
  });
