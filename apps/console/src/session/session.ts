import { reactive } from 'vue';

/** The signed-in person, as the gateway's `GET /session` tells it. */
export interface SessionUser {
  username: string;
  displayName: string;
  roles: string[];
  permissions: string[];
  area: string | null;
}

interface SessionState {
  loaded: boolean;
  /** The gateway could not say who is signed in. */
  failed: boolean;
  user: SessionUser | null;
}

/** Who is signed in. The browser holds no token: the gateway keeps them behind the session cookie. */
export const session = reactive<SessionState>({ loaded: false, failed: false, user: null });

/**
 * Asks the gateway who is signed in.
 *
 * @returns null when nobody is
 * @throws Error when the gateway cannot say
 */
export async function fetchUser(): Promise<SessionUser | null> {
  const response = await fetch('/session', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`GET /session answered ${String(response.status)}`);
  const answer = (await response.json()) as { authenticated: boolean; user?: SessionUser };
  return answer.authenticated ? (answer.user ?? null) : null;
}

/** Asks the gateway once who is signed in. */
export async function loadSession(): Promise<void> {
  if (session.loaded) return;
  try {
    session.user = await fetchUser();
    session.loaded = true;
    session.failed = false;
  } catch {
    // Shown to the person by the page, which asks them to load it again.
    session.failed = true;
  }
}

/** Whether the signed-in person has the permission. */
export function may(permission: string | undefined): boolean {
  return permission === undefined || (session.user?.permissions.includes(permission) ?? false);
}

/** Leaves the page for the sign-in page; comes back to `returnTo`, a path of this site. */
export function signIn(returnTo: string): void {
  window.location.assign(`/login?return_to=${encodeURIComponent(returnTo)}`);
}
