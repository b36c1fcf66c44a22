import { createCookies } from './cookies.js';
import type { PassportRequest } from './passport-fastify.adapter.js';
import { SessionSecrets } from './session-secrets.js';
import { SignInStateStore } from './sign-in-state.js';

const cookies = createCookies('http://localhost:8080');
const secrets = new SessionSecrets('one secret of thirty-two characters');
const store = new SignInStateStore(cookies, secrets);

function begin(returnTo: string): { state: string; cookie: string } {
  let cookie = '';
  let begun = '';
  const request = { query: { return_to: returnTo }, headers: {}, setCookie: (text: string) => (cookie = text) };
  store.store(request as unknown as PassportRequest, 'verifier', undefined, undefined, (_, state) => (begun = state ?? ''));
  return { state: begun, cookie: cookie.split(';', 1)[0] ?? '' };
}

function finish(state: unknown, cookie?: string): unknown[] {
  let outcome: unknown[] = [];
  const request = { query: {}, headers: { ...(cookie !== undefined && { cookie }) }, setCookie: () => undefined };
  store.verify(request as unknown as PassportRequest, state, undefined, (...result) => (outcome = result));
  return outcome;
}

describe(SignInStateStore.name, () => {
  it('gives the verifier and the way back to the browser that began', () => {
    const { state, cookie } = begin('/live');
    expect(state).toHaveLength(43);
    expect(cookie).not.toContain('verifier');
    expect(finish(state, cookie)).toEqual([null, 'verifier', { returnTo: '/live' }]);
  });

  it('gives nothing to another browser, or for another state', () => {
    const [one, other] = [begin('/a'), begin('/b')];
    expect(finish(one.state)[1]).toBe(false);
    expect(finish(one.state, other.cookie)[1]).toBe(false);
    expect(finish(undefined, one.cookie)[1]).toBe(false);
    const forged = `${one.cookie.split('=', 1)[0] ?? ''}=${other.cookie.split('=')[1] ?? ''}`;
    expect(finish(one.state, forged)[1]).toBe(false);
  });

  it('goes nowhere else than to this gateway', () => {
    const { state, cookie } = begin('https://evil.example/');
    expect(finish(state, cookie)[2]).toEqual({ returnTo: '/' });
  });

  it('lets several tabs sign in at once', () => {
    const [one, other] = [begin('/a'), begin('/b')];
    const both = `${one.cookie}; ${other.cookie}`;
    expect([finish(one.state, both)[2], finish(other.state, both)[2]]).toEqual([{ returnTo: '/a' }, { returnTo: '/b' }]);
  });

  it('keeps a few attempts of a browser, the newest: their cookies must fit into a request', () => {
    const jar = new Map<string, string>();
    const request = { query: { return_to: `/${'a'.repeat(1_000)}` }, headers: { cookie: '' }, setCookie: keep };
    function keep(line: string) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const states: string[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      request.headers.cookie = ['other=1', ...[...jar].map(([name, value]) => `${name}=${value}`)].join('; ');
      store.store(request as unknown as PassportRequest, 'v', undefined, undefined, (_, state) => states.push(state ?? ''));
    }
    expect([...jar.keys()]).toEqual(states.slice(-4).map((state) => cookies.signIn(state)));
    expect([...jar.values()].join('').length).toBeLessThan(8 * 1_024);
  });

  it('takes an attempt of another shape, as an older gateway stored it, for none', () => {
    const sealed = secrets.seal(JSON.stringify({ state: 'an-older-state', codeVerifier: 'v' }), 'sign-in');
    expect(finish('an-older-state', `${cookies.signIn('an-older-state')}=${sealed}`)[1]).toBe(false);
  });
});
