import { Route } from './routes.js';

/** Attributes of the session's cookie. All that reads it lies under one path, and sign-out clears it there: a browser tells cookies of one name apart by path. */
export const SESSION_COOKIE = { path: Route.Base, httpOnly: true, sameSite: 'lax' } as const;
