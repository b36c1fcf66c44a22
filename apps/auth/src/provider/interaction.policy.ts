import { interactionPolicy } from 'oidc-provider';

/**
 * When a person is asked something: oidc-provider's own rules, and one more. Whoever was disabled or deleted since they signed in is asked to
 * sign in again, which only someone else can.
 */
export function createInteractionPolicy() {
  const policy = interactionPolicy.base();
  const isGone = new interactionPolicy.Check(
    'account_gone',
    'the person who signed in does not exist or is disabled',
    'login_required',
    (ctx) => ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined,
  );
  policy.get('login')?.checks.add(isGone);
  return policy;
}
