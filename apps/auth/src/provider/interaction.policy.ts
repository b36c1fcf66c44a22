import { interactionPolicy } from 'oidc-provider';

/**
 * When a person is asked something: oidc-provider's own rules, and two more. Whoever was disabled or deleted since they signed in is asked to
 * sign in again, which only someone else can. So is whoever signed in too long ago: a session in steady use would not expire, as each use saves it.
 *
 * @param sessionTtl in seconds
 */
export function createInteractionPolicy(sessionTtl: number) {
  const policy = interactionPolicy.base();
  const isGone = new interactionPolicy.Check(
    'account_gone',
    'the person who signed in does not exist or is disabled',
    'login_required',
    (ctx) => ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined,
  );
  const isOver = new interactionPolicy.Check(
    'session_over',
    'the sign-in was too long ago',
    'login_required',
    (ctx) => ctx.oidc.session?.accountId !== undefined && ctx.oidc.session.past(sessionTtl),
  );
  for (const check of [isGone, isOver]) policy.get('login')?.checks.add(check);
  return policy;
}
