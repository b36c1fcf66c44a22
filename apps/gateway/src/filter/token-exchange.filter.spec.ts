import { AppError, CommonError } from '@app/errors';
import { sha256 } from '../identity/identity.service.js';
import type { InternalToken } from '../identity/identity.types.js';
import type { Exchange } from '../proxy/exchange.js';
import { HeaderList } from '../proxy/header-list.js';
import { tokenExchangeFilter } from './token-exchange.filter.js';

const internal: InternalToken = { token: 'internal', subject: 'u1', clientId: 'c1' };
const GOOD = 'good-token';

function setup(options: { remembered?: boolean } = {}) {
  const asked: string[][] = [];
  const used: string[] = [];
  const findSession = (cookie: string) =>
    Promise.resolve(cookie === 'live' ? { accessToken: GOOD, accessExpiresAt: 0, endsAt: 0 } : undefined);
  const factory = tokenExchangeFilter({
    identity: {
      remembered: (hashed) => (options.remembered === true && hashed === sha256(GOOD) ? internal : undefined),
      internalToken: (token, audience) => {
        asked.push([token, audience]);
        return token === GOOD ? Promise.resolve(internal) : Promise.reject(new AppError(CommonError.UNAUTHENTICATED));
      },
    },
    sessions: {
      use: (cookie) => {
        used.push(cookie);
        return findSession(cookie);
      },
    },
    sessionCookie: 'sid',
    publicOrigin: 'http://localhost:8080',
  });
  const made = factory.make({ args: ['system'] });
  if ('reason' in made) throw new Error(made.reason);
  const run = (headers: Record<string, string>, method = 'GET') => {
    const lines = Object.entries(headers).flat();
    const exchange = {
      method,
      headers: new HeaderList(lines),
      request: { headers, method, url: '/api/system/a?b=1' },
    } as unknown as Exchange;
    return { exchange, outcome: (async () => await made.part.onRequest?.(exchange))() };
  };
  return { asked, used, run };
}

describe('TokenExchange', () => {
  it("puts the internal token in the bearer's place", async () => {
    const { run, asked } = setup();
    const { exchange, outcome } = run({ authorization: `Bearer ${GOOD}` });
    await expect(outcome).resolves.toBeUndefined();
    expect(exchange.headers.lines).toEqual(['authorization', 'Bearer internal']);
    expect(exchange.identity).toMatchObject({ tokenSha256: sha256(GOOD), subject: 'u1', clientId: 'c1' });
    expect(asked).toEqual([[GOOD, 'system']]);
  });

  it('asks nobody about a token that is remembered', async () => {
    const { run, asked } = setup({ remembered: true });
    const { exchange, outcome } = run({ authorization: `bearer ${GOOD}` });
    await outcome;
    expect(exchange.headers.get('authorization')).toBe('Bearer internal');
    expect(asked).toEqual([]);
  });

  it.each([['Bearer wrong'], ['Basic YTpi'], ['Bearer'], ['Bearer a b'], ['']])('refuses %j', async (authorization) => {
    await expect(setup().run({ authorization }).outcome).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses a program without a credential and sends a page visit to sign in', async () => {
    const { run } = setup();
    await expect(run({}).outcome).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(run({ accept: 'text/html' }).outcome).resolves.toMatchObject({
      status: 302,
      headers: ['location', '/login?return_to=%2Fapi%2Fsystem%2Fa%3Fb%3D1', 'cache-control', 'no-store'],
    });
  });

  it("takes the session's token for its cookie", async () => {
    const { run } = setup();
    const { exchange, outcome } = run({ cookie: 'sid=live' });
    await outcome;
    expect(exchange.headers.get('authorization')).toBe('Bearer internal');
    await expect(run({ cookie: 'sid=ended' }).outcome).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('does not let another site use the session', async () => {
    const { run } = setup();
    await expect(run({ cookie: 'sid=live' }, 'POST').outcome).rejects.toMatchObject({ code: 'GW_CROSS_SITE' });
    await expect(run({ cookie: 'sid=live', origin: 'http://evil.example' }, 'DELETE').outcome).rejects.toMatchObject({
      code: 'GW_CROSS_SITE',
    });
    await expect(run({ cookie: 'sid=live', origin: 'http://localhost:8080' }, 'POST').outcome).resolves.toBeUndefined();
  });

  it('counts a bearer token before the cookie', async () => {
    await expect(setup().run({ authorization: 'Bearer wrong', cookie: 'sid=live' }).outcome).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('says whether the bearer may still be served', async () => {
    const { run } = setup();
    const { exchange, outcome } = run({ authorization: `Bearer ${GOOD}` });
    await outcome;
    await expect(exchange.identity?.recheck()).resolves.toBe(true);
  });

  it('counts an open stream as use of its session, each time that its bearer is checked', async () => {
    const { run, used } = setup();
    const { exchange, outcome } = run({ cookie: 'sid=live' });
    await outcome;
    await expect(exchange.identity?.recheck()).resolves.toBe(true);
    expect(used).toEqual(['live', 'live']);
  });
});
