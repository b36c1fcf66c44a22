import { z } from 'zod';

/** How a person is called at sign-in: `system` knows the person by it, `auth` their password. */
export const usernameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,31}$/, 'must be 2 to 32 lower-case letters, digits, . _ or -, beginning with a letter');
