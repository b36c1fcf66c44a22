import { z } from 'zod';

/** What is kept of a session, encrypted. Times in ms since the epoch. */
export const sessionSchema = z.object({
  accessToken: z.string(),
  accessExpiresAt: z.number(),
  refreshToken: z.string().optional(),
  /** Only told back to auth at sign-out. */
  idToken: z.string().optional(),
  /** However much it is used. */
  endsAt: z.number(),
});

/** A signed-in browser's tokens. */
export type Session = z.infer<typeof sessionSchema>;
