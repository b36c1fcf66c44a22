import { html } from './html.js';
import { renderPage } from './layout.js';
import { fill, TEXTS, type Language } from './texts.js';

/** Why the form is shown again. */
export type SignInProblem = { kind: 'wrong_credentials' } | { kind: 'unavailable' } | { kind: 'throttled'; seconds: number };

/** What the sign-in page shows. */
export interface SignInView {
  language: Language;
  /** Address of the interaction. */
  path: string;
  /** What was typed, or a hint of the client. */
  username?: string | undefined;
  problem?: SignInProblem;
}

/** The sign-in page. */
export function renderSignInPage({ language, path, username = '', problem }: SignInView): string {
  const texts = TEXTS[language];
  const message = problem && messageOf(problem, language);
  const focusPassword = username !== '';
  const content = html`<h1>${texts.signIn}</h1>
    <p class="lead">${texts.signInLead}</p>
    ${message !== undefined && html`<p class="problem" role="alert" id="problem">${message}</p>`}
    <form method="post" action="${path}/login">
      <label for="username">${texts.username}</label>
      <input
        id="username"
        name="username"
        type="text"
        value="${username}"
        required
        maxlength="64"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        ${attributes(message, !focusPassword)}
      />
      <label for="password">${texts.password}</label>
      <input
        id="password"
        name="password"
        type="password"
        required
        maxlength="256"
        autocomplete="current-password"
        ${attributes(message, focusPassword)}
      />
      <button class="primary" type="submit">${texts.signIn}</button>
    </form>
    <form method="post" action="${path}/abort" class="aside"><button class="quiet" type="submit">${texts.cancel}</button></form>`;
  return renderPage({ language, title: texts.signIn, content, switchPath: path });
}

function attributes(message: string | undefined, focus: boolean) {
  return html`${message !== undefined && html` aria-invalid="true" aria-describedby="problem"`}${focus && html` autofocus`}`;
}

function messageOf(problem: SignInProblem, language: Language): string {
  const texts = TEXTS[language];
  switch (problem.kind) {
    case 'wrong_credentials':
      return texts.wrongCredentials;
    case 'unavailable':
      return texts.unavailable;
    case 'throttled':
      return fill(texts.throttled, { seconds: problem.seconds });
  }
}
