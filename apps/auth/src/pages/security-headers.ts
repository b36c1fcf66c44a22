/** For answers that are no pages of ours. oidc-provider adds the hash of its own script where it needs one. */
export const DEFAULT_CONTENT_POLICY = "default-src 'none'; script-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/**
 * For our pages: nothing but our own style sheet and images, no script at all.
 *
 * @param formTargets origins or schemes that a form's answer may redirect to, besides this one (browsers look at the whole chain)
 */
export function pageContentPolicy(formTargets: readonly string[] = []): string {
  const formAction = ["'self'", ...formTargets].join(' ');
  return `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`;
}

/** Headers of every answer to a browser. */
export function securityHeaders(contentPolicy: string): Record<string, string> {
  return {
    'content-security-policy': contentPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Not `no-referrer`: with it, browsers send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  };
}

/** Where a form may lead: the origin of a redirect URI, or the scheme of a native app's. */
export function formTargetOf(redirectUri: unknown): string[] {
  const url = typeof redirectUri === 'string' ? URL.parse(redirectUri) : null;
  if (url === null) return [];
  return [url.origin === 'null' ? url.protocol : url.origin];
}
